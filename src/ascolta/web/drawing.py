"""Pictures drawn by Vega-Lite (Satyanarayan et al. 2017, doi:10.1109/TVCG.2016.2599030), without any other host.

The extra `pictures` brings it. What it makes is SVG without styles and scripts, the same for the same figures.
"""

from functools import lru_cache

import vl_convert


@lru_cache(maxsize=96)
def draw(spec: str) -> str:
    """A picture as SVG, from its specification as JSON; nothing is loaded from anywhere.

    It is hidden from screen readers: whoever shows it says in one sentence what it shows.
    """
    made = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    return made.replace("<svg ", '<svg aria-hidden="true" ', 1)
