"""The survey in public: one page, answered by whoever wants to, without a cookie, a script or an address kept.

What somebody chooses goes into the store as a sheet that tells nothing of them; see stores/survey.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from ascolta.core.brand import Brand
from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.notice import language
from ascolta.core.study import AGES
from ascolta.core.survey import KEPT, LEAST, Question, Scale, Survey, Unfit, month_of, sheet
from ascolta.core.survey_tables import Table
from ascolta.core.wording import WORDINGS
from ascolta.stores.survey import Surveys
from ascolta.web import pages
from ascolta.web.attempts import address
from ascolta.web.notice import PATH as NOTICE
from ascolta.web.notice import Gate, fields
from ascolta.web.survey_shown import Brief, lines, look, notes

PATH = "/survey"
THANKS = "thanks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveying:
    """What the pages of the survey need: what each brand asks, and what people answered."""

    brands: Brands
    surveys: Mapping[str, Survey]
    kept: Surveys
    clock: Callable[[], float]
    has_notice: bool = True
    gate: Gate = field(default_factory=Gate)

    @property
    def day(self) -> int:
        """Today, in days since 1970-01-01."""
        return int(self.clock() // DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A brand and its survey, in the language in which it is read."""

    brand: Brand
    survey: Survey
    lang: str

    @property
    def words(self) -> dict[str, str]:
        """What the page says beside the questions."""
        places = {"brand": self.brand.name, "months": KEPT, "least": LEAST}
        own = {name: said.format(**places) for name, said in self.survey.words[self.lang].items()}
        return {**WORDINGS[self.lang].words, **own}

    def of(self, scale: Scale) -> list[Question]:
        """The questions that are answered so, in order."""
        return [question for question in self.survey.questions if question.scale is scale]


def add_survey(app: FastAPI, surveying: Surveying, page: Callable[..., Response]) -> None:
    """Add the public page of each survey that is open, and the desk's page with what they found."""

    @app.get(PATH)
    def show_figures(request: Request) -> Response:
        found = [_brief(surveying, brand) for brand in surveying.brands]
        return page(request, "survey_desk.html", {"surveys": found, "ages": AGES})

    @app.get(PATH + "/{brand}")
    def show_survey(request: Request, brand: str, lang: str = "", said: str = "") -> Response:
        asked = _asked(surveying, request, brand, lang)
        if asked is None:
            raise HTTPException(404)
        return _end(surveying, asked, THANKS, 200) if said == THANKS else _show(surveying, asked)

    @app.post(PATH + "/{brand}")
    async def answer(request: Request, brand: str, lang: str = "") -> Response:
        asked = _asked(surveying, request, brand, lang)
        said = await fields(request)
        if asked is None or said is None:
            return PlainTextResponse("This form cannot be read.", 404 if asked is None else 413)
        return await run_in_threadpool(_take, surveying, asked, said, address(request))


def questionnaire(brand: Brand, survey: Survey, lang: str, **values: object) -> str:
    """The page with the questions."""
    asked = Asked(brand=brand, survey=survey, lang=lang)
    return pages.page("survey.html", **{"said": {}, "wrong": "", **_shared(asked), **values})


def figures_page(brand: Brand, survey: Survey, found: Table, **values: object) -> str:
    """The figures as a page that stands alone, to be printed."""
    shown = {"lines": lines(survey, found), "notes": notes(found) if found.people else found.sources, "found": found}
    return pages.page(
        "survey_figures.html", lang="en", words=WORDINGS["en"].words, brand=brand, ages=AGES, **shown, **values
    )


def _asked(surveying: Surveying, request: Request, brand: str, lang: str) -> Asked | None:
    """The survey of a brand in the reader's language; None if it has none that was ever opened."""
    known, survey = surveying.brands.by_id.get(brand), surveying.surveys.get(brand)
    if known is None or survey is None or not survey.is_open:
        return None
    chosen = language(request.headers.get("accept-language", ""), lang, survey.languages)
    return Asked(brand=known, survey=survey, lang=chosen)


def _take(surveying: Surveying, asked: Asked, said: Mapping[str, str], client: str) -> Response:
    """Keep what somebody answered, or say what is wrong with it."""
    if not asked.survey.takes(surveying.day):
        return _show(surveying, asked)
    try:
        found = sheet(asked.survey, said, month_of(surveying.day))
    except Unfit:
        return _show(surveying, asked, said=said, wrong="wrong.unread", status=400)
    if not found.answers:
        return _show(surveying, asked, said=said, wrong="wrong.empty", status=400)
    if not surveying.gate.lets(client, surveying.clock()):
        return _show(surveying, asked, said=said, wrong="wrong.often", status=429)
    surveying.kept.add(asked.brand.id, [found])
    return RedirectResponse(f"{PATH}/{asked.brand.id}?lang={asked.lang}&said={THANKS}", 303)


def _show(surveying: Surveying, asked: Asked, status: int = 200, **values: object) -> Response:
    """The questions; a survey that is over says so."""
    if not asked.survey.takes(surveying.day):
        return _end(surveying, asked, "closed", 410)
    beside = {**values, "links": _links(asked), "has_notice": surveying.has_notice}
    return _answered(questionnaire(asked.brand, asked.survey, asked.lang, **beside), asked, status)


def _end(surveying: Surveying, asked: Asked, what: str, status: int) -> Response:
    """A page that says one thing."""
    values = {**_shared(asked), "what": what, "links": _links(asked), "has_notice": surveying.has_notice}
    return _answered(pages.page("survey_end.html", **values), asked, status)


def _shared(asked: Asked) -> dict[str, object]:
    return {
        "lang": asked.lang,
        "words": asked.words,
        "brand": asked.brand,
        "facts": asked.of(Scale.YES_NO),
        "views": asked.of(Scale.AGREE),
        "ages": AGES,
        "notice": f"{NOTICE}/{asked.brand.id}?lang={asked.lang}",
    }


def _answered(text: str, asked: Asked, status: int) -> Response:
    return HTMLResponse(text, status, {"Content-Language": asked.lang, "Vary": "Accept-Language"})


def _links(asked: Asked) -> list[tuple[str, str, str]]:
    """The other languages; none where there is but one."""
    path, offered = f"{PATH}/{asked.brand.id}", asked.survey.languages
    return [(lang, WORDINGS[lang].words["language"], f"{path}?lang={lang}") for lang in offered if len(offered) > 1]


def _brief(surveying: Surveying, brand: Brand) -> Brief:
    """What the desk's page shows of one brand."""
    survey = surveying.surveys[brand.id]
    waits = surveying.kept.waits(brand.id)
    address = f"{PATH}/{brand.id}" if survey.takes(surveying.day) else ""
    return look(brand, survey, surveying.kept.counted(brand.id), waits=waits, address=address)
