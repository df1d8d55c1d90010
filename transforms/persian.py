"""Persian that was typed on an Arabic keyboard, with the letters that Persian has instead.

Arabic keyboards have ي and ك where Persian ones have ی and ک. Much Persian is typed so, and is
then taken for Arabic or for Pashto, which has all of these letters.
"""

from __future__ import annotations

import re
from functools import cache

ARABIC_KEYS = re.compile("[يك]")
TO_PERSIAN = str.maketrans("يك", "یک")

OTHERS = re.compile("[ټځڅډړږښګڼېۍئٹڈڑےںھہۇۆێڵڕەٿڄڃڻڦڳڱ]")
"""Letters of Pashto, Urdu, Kurdish, Uyghur and Sindhi: nothing is changed where one is there."""

PERSIAN_LETTER = re.compile("[پچژگ]")
ARABIC_LETTER = re.compile("[ةىإ]")
WORD = re.compile(r"[^\W\d_]+")

PERSIAN = """
    را که از این آن اون اینجا آنجا برای با است نیست هست هستم هستیم هستی هستن باشه باید شاید چرا
    نه ولی اما اگه اگر یه یک هم همه همین همون چی چه کی کجا کجاست من تو ما شما او اونا اینا خیلی
    خوب خوبه بد بده بود نبود بودم بودن بودی شد شده نشد شدم کرد کردم کردن کرده کنم کنی کنه کنید
    کنیم کن دارم داری داره داریم دارن ندارم نداره داشت دیگه دیگر هیچ هیچی هیچکس وقتی حالا الان
    امروز فردا بیا بیاید برو بریم برم رفت رفتم آمد اومد اومدی گفت گفتم گفته بگو بگم بیشتر کمتر
    خواهش ممنون مرسی لطفا متاسفم متأسفم سلام خدا خدای واسه توی تا رو بر در نمی می هنوز فقط چون
    پس باز یعنی خودم خودت خودش دوست کار کالا خرید خریدم راضی دست روز شب سال ماه خونه خانه بچه
    پول آره بله باشین آقا خانم عالی عالیه بهتر خراب فروشنده ارسال سفارش جواب تلفن اینکار بهم
    باهام ازت بهش
"""
ARABIC = """
    في من على إلى الى عن أن ان إن هذا هذه ذلك تلك هو هي هم نحن أنا انا انت أنت كان كانت يكون لا
    لم لن ما ماذا لماذا ليش شو مش مو كل بعض بعد قبل عند عندي معي مع او أو ثم لكن لكني والله يا
    ربي اللي الي التي الذي الذين قد لقد حتى كيف اين أين متى جدا ايضا أيضا كما بين حول عليه عليك
    فيه فيها به بها له لها لك لي منه منك يوم اليوم غير مثل كثير شي شيء واحد وين هل انه أنه لانه
    كنت
"""
"""Frequent words, as they are written and as they are typed in chat."""

PREFIX = re.compile("^(?:ن?می).{2}")
ARTICLE = re.compile("^[وبفك]?ال.{2}|^لل.{2}")


def with_persian_letters(text: str) -> str:
    """Return ``text`` with Persian letters for the Arabic ones if it is Persian, else unchanged."""
    if not ARABIC_KEYS.search(text) or OTHERS.search(text):
        return text
    typed = text.translate(TO_PERSIAN)
    persian_words, arabic_words = _words()
    persian = 2 * len(PERSIAN_LETTER.findall(text))
    arabic = 2 * len(ARABIC_LETTER.findall(text))
    for word, meant in zip(WORD.findall(text), WORD.findall(typed), strict=True):
        persian += (meant in persian_words) + bool(PREFIX.search(meant))
        arabic += (word in arabic_words) + bool(ARTICLE.search(word))
    return typed if persian > arabic else text


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(PERSIAN.split()), frozenset(ARABIC.split())
