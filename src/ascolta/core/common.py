"""Words so common that a post holding one says nothing yet, in the languages of the shipped labels."""

from ascolta.core.ordinary import ordinary

_LISTS = {
    "en": (
        "a about all also an and any are as at be because been but by can could did do for from get go got "
        "had has have he her him his how i if in is it its just like me more my new no not now of on one or "
        "our out she so some that the their them then there they this to up was we were what when which who "
        "will with would you your"
    ),
    "es": (
        "al como con de del el ella en es esta este esto ha hay la las le lo los mas mi muy no nos o para "
        "pero por porque que se si sin son su sus te un una y ya yo"
    ),
    "fr": (
        "au aux avec ce cette ces dans des du elle est et il ils je les leur lui mais ne nous on ou par pas "
        "plus pour qui sa sur ses tu une vous"
    ),
    "de": (
        "aber als am an auch auf aus bei bin das dass dem den der des die doch du ein eine einem einen einer "
        "er es fur hat ich ihr im in ist ja man mit nach nicht noch nur oder sich sie sind so uber um und uns "
        "von war was wenn wer wie wir zu zum zur"
    ),
    "it": (
        "alla anche che chi ci da dal dalla dei del della di e gli ha ho i il io ma mi nel nella non per piu "
        "quando questa questo sei si sono sta ti tra un uno"
    ),
    "pt": (
        "a ao as com da das do dos ela ele em eu foi isso isto ja mais mas me meu muito na nao nas nem nos os "
        "ou para pela pelo por quando que se sem ser seu sua tem um uma voce"
    ),
    "nl": (
        "aan al als bij dan dat de deze die dit door een en er ook geen haar heb hebben heeft het hij hoe ik "
        "is jij kan maar met mijn naar niet nog of om onze op over te tot uit van veel voor was wat we wel "
        "wij worden ze zijn zo"
    ),
}
COMMON = frozenset(word for words in _LISTS.values() for word in words.split())


def says_little(word: str) -> bool:
    """Whether everybody uses a folded word, whatever is spoken of."""
    return word in COMMON or word in ordinary(None)
