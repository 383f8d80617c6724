from typing import NamedTuple
class Sheet(NamedTuple):
    name: str
    rows: object
def is_1904(p,s): return False
def sheets(path,suffix,where,scratch):
    from python_calamine import CalamineWorkbook
    wb=CalamineWorkbook.from_path(path)
    for n in wb.sheet_names:
        s=wb.get_sheet_by_name(n)
        yield Sheet(n, enumerate(s.iter_rows(),1))
