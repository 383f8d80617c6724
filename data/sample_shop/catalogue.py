"""The shop's products, with invented names, and its customers' countries."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Product(NamedTuple):
    """A product; `price` is its list price in thousandths of a pound."""

    code: str
    description: str | None
    price: int


class Kind(NamedTuple):
    """A kind of product; `pieces` is the usual quantity on a line, `nouns` names each with its price in thousandths."""

    pieces: int
    nouns: dict[str, int]


KINDS = (
    Kind(4, {
        "TEA TOWEL": 2950, "BREAD TIN": 7450, "EGG CUP PAIR": 1650, "STORM LANTERN": 5950, "PICNIC MUG": 2100,
        "DOOR SIGN": 2550, "RECIPE BOX": 4250, "CAKE PLATE": 6750, "KEY RACK": 3750, "SHOPPING BAG": 2080,
        "BIRD FEEDER": 4950, "OVEN GLOVE": 3250, "JAM POT": 1950, 'WALL CLOCK 12"': 8500, "CUSHION, FEATHER": 7950,
        "SALT & PEPPER SET": 3450,
    }),
    Kind(48, {
        "GIFT TAG": 120, "PAPER STRAW": 80, "GLASS BEAD": 42, "STICKER SHEET": 290, "PARTY FLAG": 190,
        "WOODEN PEG": 150, "PENCIL": 160, "HAIR RIBBON": 240, "ERASER": 120, "POSTCARD": 300,
    }),
    Kind(192, {
        "NAPKINS, PACK OF 20": 850, "CANDLES, BOX OF 6": 1450, "BAUBLES, TRAY OF 12": 2100, "CAKE CASES, TUB": 550,
        "GIFT WRAP, ROLL": 420, "SOAP BARS, CRATE": 1250, "NOTEBOOKS, SET OF 3": 1690, "MATCHES, CARTON": 720,
    }),
    Kind(1, {
        "BEDSIDE CABINET": 65000, "WRITING DESK": 145000, "GARDEN BENCH": 125000, "COAT STAND": 49950,
        "THREE-DRAWER CHEST": 95000, 'MIRROR 24" X 36"': 79950, "HALL TABLE": 110000, "ARMCHAIR": 165000,
    }),
)  # fmt: skip
GIFT, TRINKET, PACK, FURNITURE = range(len(KINDS))

STYLES = (
    "HERON BLUE", "MOSSY", "OLD HARBOUR", "NORDIC FERN", "POPPY FIELD", "STARLIT", "CLOCKMAKER'S", "BEEHIVE",
    "FOX & HARE", "WINTER ORCHARD", "COPPER", "DOVECOTE", "SALTMARSH", "HEDGEROW", "CAFÉ NOIR", "LIGHTHOUSE",
    "PLUM", "SNOWDROP", "TIN SOLDIER", "MERRY-GO-ROUND", "OTTER", "TEASEL", "GINGHAM PEAR", '"HELLO SUNSHINE"',
)  # fmt: skip

# A real retailer's lines that are not products: charges, vouchers, corrections.
EXTRAS = (
    Product("POST", "POSTAGE", 18000),
    Product("D", "Discount", 0),
    Product("M", "Manual", 0),
    Product("BANK CHARGES", "Bank Charges", 15000),
    Product("B", "Adjust bad debt", 0),
    Product("gift_0001_20", "Gift Card £20.00", 16670),
    Product("21999", "SWATCH CARD FOR ALL CURTAINS", 1),
    Product("84990E", "LUCKY DIP BOX 🎁", 2950),
    Product("22998", "smashed in transit", 0),
    Product("35997", "wet, cannot be sold", 0),
    Product("47996", "?", 0),
    Product("79993", "counted again", 0),
    Product("46995", None, 0),
    Product("72994", None, 0),
)

HOME = "United Kingdom"
# Customers abroad are assigned to these countries in turn; frequent ones are listed several times.
ABROAD = (
    "Germany", "France", "EIRE", "Spain", "Germany", "Netherlands", "France", "Belgium", "Switzerland", "EIRE",
    "Portugal", "Australia", "Germany", "Norway", "Italy", "France", "Channel Islands", "Finland", "Japan", "Iceland",
)  # fmt: skip
COUNTRIES = (HOME, *dict.fromkeys(ABROAD))

_LETTERED, _BLANK = 4, 23  # every fourth code ends in a letter, every 23rd name in a blank


def _product(index: int, noun: str, style: str, price: int) -> Product:
    letter = "ABCDEFG"[index % 7] if index % _LETTERED == 0 else ""
    return Product(f"{20_003 + 71 * index}{letter}", f"{style} {noun}{' ' * (index % _BLANK == 0)}", price)


def _products() -> tuple[Product, ...]:
    named = [(noun, style, price) for kind in KINDS for noun, price in kind.nouns.items() for style in STYLES]
    return *(_product(index, *name) for index, name in enumerate(named)), *EXTRAS


PRODUCTS = _products()
PRICES: NDArray[np.int64] = np.array([product.price for product in PRODUCTS])
KIND_SIZES: NDArray[np.int64] = np.array([len(kind.nouns) * len(STYLES) for kind in KINDS])
KIND_STARTS: NDArray[np.int64] = np.cumsum(KIND_SIZES) - KIND_SIZES
PIECES: NDArray[np.int64] = np.array([kind.pieces for kind in KINDS])


def indices(*codes: str) -> list[int]:
    """Return the indices in `PRODUCTS` of the products with these codes, in the codes' order."""
    places = {product.code: index for index, product in enumerate(PRODUCTS)}
    return [places[code] for code in codes]
