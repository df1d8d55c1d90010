"""Who there is in the made-up world: a maker of coffee machines, three competitors, their places.

No name here is anybody's: brands are invented words, hosts end in ``.example``.
"""

from __future__ import annotations

import msgspec


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """A brand: how it is called, what it sells, and how people feel about it.

    ``native`` are its names in other scripts by language, ``mood`` the shares of positive, neutral
    and negative statements (they sum to 1), ``share`` its share of what is said, ``answers`` how
    eagerly it answers reviews (0..1).
    """

    name: str
    tag: str
    domain: str
    products: tuple[str, ...]
    mood: tuple[float, float, float]
    share: float
    answers: float
    native: dict[str, str] = {}

    def called(self, language: str) -> str:
        """Return the brand's name as it is written in ``language``'s own script."""
        return self.native.get(language, self.name)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other spellings people use."""
        return (f"{self.name} Coffee", *self.native.values()) if self.native else ()


OWN = Brand(
    name="Nordkvern",
    tag="nordkvern",
    domain="nordkvern.example",
    products=("Nordkvern Halo", "Nordkvern Drip", "Nordkvern Mini"),
    mood=(0.52, 0.25, 0.23),
    share=0.46,
    answers=1.0,
    native={"fa": "نوردکورن", "zh": "诺德坤"},
)

COMPETITORS = (
    Brand(
        name="Vantrosso",
        tag="vantrosso",
        domain="vantrosso.example",
        products=("Vantrosso Uno", "Vantrosso Barca"),
        mood=(0.58, 0.24, 0.18),
        share=0.26,
        answers=0.7,
    ),
    Brand(
        name="Kettlewyn",
        tag="kettlewyn",
        domain="kettlewyn.example",
        products=("Kettlewyn K5", "Kettlewyn Tower"),
        mood=(0.44, 0.27, 0.29),
        share=0.17,
        answers=0.35,
    ),
    Brand(
        name="Brummelhof",
        tag="brummelhof",
        domain="brummelhof.example",
        products=("Brummelhof Classic",),
        mood=(0.36, 0.28, 0.36),
        share=0.11,
        answers=0.1,
    ),
)

BRANDS = (OWN, *COMPETITORS)
BY_NAME = {brand.name: brand for brand in BRANDS}

RECALLED = "Nordkvern Halo"
"""The product whose water tank leaks."""

GENERAL_TAG = "homebarista"
"""A hashtag about the whole trade; the brands are talked about under it, and other things."""

HASHTAGS = (*(brand.tag for brand in BRANDS), GENERAL_TAG)
QUERIES = tuple(name for brand in BRANDS for name in (brand.name, *brand.native.values()))
CAPPED_QUERY = BRANDS[-1].name
"""The search for a competitor of which only the newest posts are asked for."""
CAPPED_POSTS = 100
SOCIAL_HOST = "toots.example"
PARTNER_HOST = "kitchenstore.example"


class App(msgspec.Struct, frozen=True, kw_only=True):
    """An app with reviews: its number at the store."""

    id: str
    name: str
    brand: str


APPS = (
    App(id="4810010", name="Nordkvern Brew", brand="Nordkvern"),
    App(id="4810020", name="Vantrosso One", brand="Vantrosso"),
)


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's page of reviews. ``markup`` is how it marks them up, ``host`` whose shop it is.

    ``ids`` False: the page gives its reviews no identifier. ``share`` is of all reviews.
    """

    slug: str
    name: str
    brand: str
    markup: str
    host: str
    share: float
    ids: bool = True


PRODUCTS = (
    Product(
        slug="nordkvern-halo",
        name="Nordkvern Halo",
        brand="Nordkvern",
        markup="json-ld",
        host="nordkvern.example",
        share=0.30,
    ),
    Product(
        slug="nordkvern-drip",
        name="Nordkvern Drip",
        brand="Nordkvern",
        markup="microdata",
        host="nordkvern.example",
        share=0.16,
    ),
    Product(
        slug="nordkvern-mini",
        name="Nordkvern Mini",
        brand="Nordkvern",
        markup="json-ld",
        host="nordkvern.example",
        share=0.10,
    ),
    Product(
        slug="partner-halo",
        name="Nordkvern Halo",
        brand="Nordkvern",
        markup="microdata",
        host=PARTNER_HOST,
        share=0.05,
    ),
    Product(
        slug="vantrosso-uno",
        name="Vantrosso Uno",
        brand="Vantrosso",
        markup="json-ld",
        host="vantrosso.example",
        share=0.20,
    ),
    Product(
        slug="kettlewyn-k5",
        name="Kettlewyn K5",
        brand="Kettlewyn",
        markup="microdata",
        host="kettlewyn.example",
        share=0.12,
    ),
    Product(
        slug="brummelhof-classic",
        name="Brummelhof Classic",
        brand="Brummelhof",
        markup="microdata",
        host="brummelhof.example",
        share=0.07,
        ids=False,
    ),
)


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A news feed. ``newest`` is how many entries it shows, None for all there ever were."""

    name: str
    title: str
    form: str
    language: str
    share: float
    newest: int | None = None


WIRE = "appliance-wire"
"""The feed that shows its newest entries only: what is older can't be had."""

FEEDS = (
    Feed(name="brewing-weekly", title="Brewing Weekly", form="rss", language="en", share=0.27),
    Feed(name=WIRE, title="Appliance Wire", form="rss", language="en", share=0.33, newest=40),
    Feed(name="kaffenytt", title="Kaffenytt", form="atom", language="no", share=0.16),
    Feed(name="koekkenbordet", title="Køkkenbordet", form="rss", language="da", share=0.10),
    Feed(name="daste-qahve", title="دستهٔ قهوه", form="rss", language="fa", share=0.06),
    Feed(name="kafei-ribao", title="咖啡小报", form="atom", language="zh", share=0.08),
)
