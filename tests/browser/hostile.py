"""Texts that would run, ask another host, or break out of where they stand, if a page let them."""

CANARY = "zq7kanari"
"""Stands in every text, so that it is found wherever it should not be."""

OWN = "window.owned=(window.owned||0)+1"
FAR = "http://far.example"

MARKUP = (
    f"<script>{OWN}</script>",
    f"<img src=x onerror={OWN}>",
    f"<svg onload={OWN}><animate onbegin={OWN} attributeName=x></svg>",
    f"[here](javascript:{OWN})",
    f"javascript:{OWN}",
    f"data:text/html,<script>{OWN}</script>",
    f"![]({FAR}/beacon.png)",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={OWN}&gt;'>",
    f'" onmouseover={OWN} autofocus onfocus={OWN} x="',
    f"' onfocus={OWN} autofocus '",
    f"</textarea><script>{OWN}</script>",
    f"</title></style></noscript><script>{OWN}</script>",
    "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>",
    f"<style>@import url({FAR}/a.css);*{{background:url({FAR}/b)}}</style>",
    "<form id=chosen name=body><input name=attributes><input id=find>",
    f"</script><script>{OWN}</script>",
    f':smile" onerror="{OWN}:',
    f"<iframe srcdoc='<script>parent.owned=1</script>'></iframe><base href={FAR}/>",
    f"<meta http-equiv=refresh content='0;url={FAR}/'><link rel=prefetch href={FAR}/p>",
)
"""Markup, scripts, templates and styles: lists 26 to 39."""

SHEETS = (
    f'=HYPERLINK("{FAR}","x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1", "＝1+1",
    '","\n"x,=1+1', "../../etc/passwd", "CON",
)  # fmt: skip
"""What a sheet or a file system would take for more than words: lists 40 to 48."""

PLACES = (
    "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]/", "http://2130706433/", "http://0x7f.1/",
    "file:///etc/passwd", "gopher://127.0.0.1:25/", "http://acmeair.example@far.example/", "http://xn--80ak6aa92e.com/",
    "http://metadata.google.internal/", "http://[fe80::1%25eth0]/",
)  # fmt: skip
"""Addresses that nobody of ours may ask: lists 59 to 72."""

ALL = (*MARKUP, *SHEETS, *PLACES)
