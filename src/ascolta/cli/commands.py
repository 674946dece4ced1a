"""The commands, in the order in which a newcomer meets them, and what each says of itself in one line.

It is said here, too, so that to list them none of them is read.
"""

COMMANDS = {
    "demo": "Watch Ascolta live through a day of a fictional airline's public talk: about 1,500 posts, one crisis.",
    "init": (
        "Make a folder for a brand: names, queries, etiquette, a plan, posts to rehearse on, an assessment to fill in."
    ),
    "check": (
        "Read every file of a brand, run each rule's `fits` and `spares`, and look for what their author did not mean."
    ),
    "connect": (
        "Connect a network: say what is heard and what it forbids, keep its secrets, test it, write it into brand.yaml."
    ),
    "sources": (
        "Say of each source when it was heard last, what waits there, what is wrong, and which opt-outs it can tell."
    ),
    "listen": "Hear a brand's sources from where we left off, decide on every mention, and keep what must be kept.",
    "stream": "Hear without end what Spark reads, by Structured Streaming, and keep what must be kept.",
    "run": "Run everything for a brand on this machine: listen, watch, send, and the desk in the browser.",
    "replay": (
        "Decide on a past day anew, keeping nothing: decisions by brand, alarms, and "
        "what another etiquette would change."
    ),
    "explain": (
        "Explain what was decided on a post: which queries found it, who may be heard, "
        "what it says, which rule decided."
    ),
    "drill": (
        "Live through a plan, step by step, in a made-up crisis with the clock running; say which steps were late."
    ),
    "incident": "A risk that a person accepted: who does what by when, what was decided and why, until it is over.",
    "pause": "Stop all speaking at once: nothing that was approved goes out until somebody lifts it.",
    "study": "Show what people expect of a brand that listens, each figure with its source.",
    "survey": "What people think of being listened to, by age, and what that would change in the etiquette.",
    "report": (
        "Tell what was learnt: who speaks, of what, what is asked of you, what moved your reputation; each with bounds."
    ),
    "brief": (
        "Tell a week on one page: what was said to you, what was learnt, and how you behaved; to print or to pass on."
    ),
    "ledger": "Show what was published and what it spent: the privacy ledger, readable by people.",
    "journal": "Look the journal over, read it, prove an entry.",
    "audit": (
        "Measure how a brand behaves when spoken to, on complaints, and where nobody asked, beside what people expect."
    ),
    "detect": (
        "Say of each count how seldom the like was seen, and where an alarm would rise; as if it came in just now."
    ),
    "inventory": "Show what is stored, what for, how long; with FOLDER, compare that with what is really there.",
    "backup": "Copy everything that is stored, and the brands' files, to a new folder; the desk may go on meanwhile.",
    "restore": "Put a store back from a backup, and erase of it at once what was erased since.",
    "notice": "Show the public listening notice: who listens, what is kept and how long, and how people opt out.",
    "person": "Show all that is held of one account, export it, erase it, or keep the account from being heard.",
    "draft": (
        "Draft answers out of templates and approved facts (facts.yaml): the best and "
        "two others. Nothing is sent or kept."
    ),
    "statements": "What the brand says on its own channels, written and approved before anybody needs it.",
    "advocates": (
        "People who praised us and agreed to be asked for help: asked once, briefed rarely, forgotten at a word."
    ),
    "desks": "Who outside the desk is told of what: by mail, in a chat room, by a webhook.",
    "people": "Who works at the desk: invite, list, suspend, and let in again whoever lost their password.",
    "tokens": "Tokens by which programs act in somebody's name over the desk's API: make, list, revoke.",
    "try": (
        "See what a query finds: how many posts, some of them with the words that count "
        "marked, and what each term does."
    ),
    "suggest": "Propose a starting query: the forms of a name, what stands near it, and what only sounds like it.",
    "teach": "Propose a better query from a few posts that you marked as yours or not.",
    "import": (
        "Carry queries over from Brandwatch or Talkwalker: a queries.yaml on standard "
        "output, a report on standard error."
    ),
    "match": "Find posts: JSON lines in, the posts that a query or a brand's queries find out.",
    "label": 'Label posts: JSON lines in, `{"id", "labels": {name: {"value", "score", "by"}}}` out.',
    "redact": (
        'Take personal data out of posts: JSON lines in, `{"id", "spans": [{"start", "end", "type"}], "text"}` out.'
    ),
    "lint": 'Check replies before they are said: JSON lines in, `{"id", "verdict", "findings"}` out.',
    "decide": "Decide on posts: JSON lines in, one line out for each post and brand whose queries found it.",
}
