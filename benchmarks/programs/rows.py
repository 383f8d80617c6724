"""Print how many lines the workbook has.

python rows.py
"""

import source

if __name__ == "__main__":
    print(source.prepare().rows)
