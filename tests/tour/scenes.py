"""What the tour shows, in its order."""

from dataclasses import dataclass
from typing import Literal

CARD = '[data-testid="message"]'
HOME = ".home-column"
DIALOG = '[data-testid="modal"]'


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One picture. `part` is the piece of the page it shows, the whole page when empty; `alt` says it to people who cannot
    see it."""

    name: str
    title: str
    words: str
    alt: str
    specimens: tuple[str, ...]
    part: str = ""
    width: int = 1180
    height: int = 760
    scheme: Literal["light", "dark"] = "light"


SCENES: tuple[Scene, ...] = (
    Scene(
        name="card",
        title="The card",
        words="A question with all that is needed to decide it: action, reason, exact proposal, evidence, who, until when.",
        alt="A card asks whether to assign ticket 482 to Billing, says why, and offers Assign to Billing, Edit, Reject.",
        specimens=("card/pending",),
        part=CARD,
    ),
    Scene(
        name="card-phone",
        title="The card on a phone, in the dark",
        words="The same card at the width of a phone.",
        alt="The same card, narrow and dark.",
        specimens=("card/pending",),
        width=360,
        height=760,
        scheme="dark",
    ),
    Scene(
        name="card-quorum",
        title="More than one approval",
        words="Where the policy wants two people, the card says who has approved and how many are missing.",
        alt="A card with the line: 1 of 2 approvals, one more is needed.",
        specimens=("card/quorum",),
        part=CARD,
    ),
    Scene(
        name="card-shadow",
        title="Practice",
        words="An agent that still practises asks what people would do; nothing is changed whatever they answer.",
        alt="A card that says Practice and offers I would too, I would not, Different.",
        specimens=("card/shadow",),
        part=CARD,
    ),
    Scene(
        name="card-risk",
        title="High and critical risk",
        words="Said first. What cannot be taken back asks twice; the top tier is decided with everything in view.",
        alt="Two cards that begin with High risk and Critical risk; the second offers Review and decide.",
        specimens=(
            "card/pending-high-risk",
            "card/pending-critical",
        ),
        part=CARD,
        height=1000,
    ),
    Scene(
        name="card-asked-on",
        title="Asked back, passed on, paused",
        words="The card says what else is going on: a question back, somebody asked after a while, an agent on pause.",
        alt="Three cards: bo asks which contract; no answer, so dee is asked too; triage is paused by ana.",
        specimens=(
            "card/question-open",
            "card/passed-on",
            "card/agent-paused",
        ),
        part=CARD,
        height=1400,
    ),
    Scene(
        name="card-done",
        title="Approved, done, changed, undone",
        words="The buttons give way to a record at once: who, when, with which changes, how long it can be taken back.",
        alt="Five cards: being worked on, done with an Undo button, done with changes, self-approved, undone.",
        specimens=(
            "card/running",
            "card/done",
            "card/edited",
            "card/self-approved",
            "card/undone",
        ),
        part=CARD,
        height=1000,
    ),
    Scene(
        name="card-closed",
        title="Rejected, taken over, expired, withdrawn, replaced",
        words="A closed card looks closed, says why, and that nothing was changed where the journal proves it.",
        alt="Five cards whose questions are struck through, each with its reason in one sentence.",
        specimens=(
            "card/rejected",
            "card/taken-over",
            "card/expired",
            "card/withdrawn",
            "card/replaced",
        ),
        part=CARD,
        height=900,
    ),
    Scene(
        name="card-closed-phone",
        title="The same on a phone, in the dark",
        words="Narrow, and with dark colours.",
        alt="The same five cards, narrow and dark.",
        specimens=(
            "card/rejected",
            "card/taken-over",
            "card/expired",
            "card/withdrawn",
            "card/replaced",
        ),
        width=360,
        height=760,
        scheme="dark",
    ),
    Scene(
        name="card-failed",
        title="Failed, or not known",
        words="The cause, and what can be done. What nobody knows the end of becomes a question of its own.",
        alt="A failed card with Try again and Take over, and a card that asks whether something happened.",
        specimens=(
            "card/failed",
            "card/unknown",
            "card/effect",
        ),
        part=CARD,
        height=1000,
    ),
    Scene(
        name="asker",
        title="For whoever asked",
        words="Where they are: whom it waits for and until when, and then how it ended and why.",
        alt="Two messages: J482 waits for billing leads or ana until tomorrow; rejected by bo with the reason.",
        specimens=(
            "message/waiting-note",
            "message/outcome-rejected",
        ),
        part=CARD,
    ),
    Scene(
        name="edit",
        title="Edit, then approve",
        words="A form made from the tool's own fields; what names the record cannot be changed.",
        alt="A dialog with a queue, a priority and a note, and a button Approve as edited.",
        specimens=("dialog/edit",),
        part=DIALOG,
    ),
    Scene(
        name="reject",
        title="Reject",
        words="Quick reasons and a note. Closing the dialog decides nothing.",
        alt="A dialog with reasons to choose from, a note, and the buttons Go back and Reject.",
        specimens=("dialog/reject",),
        part=DIALOG,
    ),
    Scene(
        name="review",
        title="Review and decide",
        words="Everything in full, before the same button.",
        alt="A dialog with the question, why it is asked, all arguments, all evidence, and Assign to Billing.",
        specimens=("dialog/review",),
        part=DIALOG,
    ),
    Scene(
        name="run",
        title="Start an agent",
        words="`/ops run` offers what you may start; each agent's form is made from its input.",
        alt="A dialog that lists agents with a Run button each.",
        specimens=("dialog/pick",),
        part=DIALOG,
    ),
    Scene(
        name="run-phone",
        title="An agent's form on a phone",
        words="Fields by their type, filled with what holds otherwise.",
        alt="A form with ticket, queue, priority and note, narrow and dark.",
        specimens=("dialog/run",),
        width=360,
        height=760,
        scheme="dark",
    ),
    Scene(
        name="shortened",
        title="Too long for Slack",
        words="What Slack would refuse leaves shortened, says so, and shows all of it at a press.",
        alt="A long message that ends with shortened, and a button Show all of it.",
        specimens=("message/shortened",),
        part=CARD,
        height=1400,
    ),
    Scene(
        name="progress",
        title="Progress",
        words="One message per job: what it does now, what it waits for, when it tries again, how it ended.",
        alt="Four messages: running, waiting for a person, waiting for another try, failed.",
        specimens=(
            "progress/running",
            "progress/waiting",
            "progress/retry",
            "progress/failed",
        ),
        part=CARD,
        height=1000,
    ),
    Scene(
        name="inbox",
        title="The inbox",
        words="App Home: what waits for you first, then the control room.",
        alt="App Home with three questions that wait, each with its buttons, a failed job, and two agents.",
        specimens=("home/full",),
        height=1500,
    ),
    Scene(
        name="inbox-phone",
        title="The inbox on a phone",
        words="The same on a phone.",
        alt="App Home, narrow and dark.",
        specimens=("home/full",),
        width=360,
        height=1000,
        scheme="dark",
    ),
    Scene(
        name="inbox-dark",
        title="The inbox in the dark, with 5,000 questions",
        words="Ten to a page, the critical and oldest first, by agent if you like.",
        alt="App Home in dark colours: 5,000 questions wait, the first ten of them, page 1 of 500.",
        specimens=("home/five-thousand",),
        height=1900,
        scheme="dark",
    ),
    Scene(
        name="inbox-one",
        title="One question",
        words="As little as there is.",
        alt="App Home with one question and its buttons.",
        specimens=("home/one",),
        height=520,
    ),
    Scene(
        name="inbox-empty",
        title="Nothing to do",
        words="And what to try then.",
        alt="App Home that says nothing waits for you, with three things to try.",
        specimens=("home/empty",),
        height=420,
    ),
    Scene(
        name="digest",
        title="A digest",
        words="Numbers that add up, what needs a look, and a chart that says the same in words.",
        alt="A digest about queue health with a bar chart of open work by lane.",
        specimens=("digest/queue-health",),
        part=CARD,
        height=1200,
    ),
    Scene(
        name="weekly",
        title="The week",
        words="What needs a look, the jobs of each day, and every number beside that of the week before.",
        alt="A weekly summary with bars for eight days and a table of this week and the week before.",
        specimens=("digest/weekly",),
        part=CARD,
        height=1400,
    ),
    Scene(
        name="weekly-phone",
        title="The week on a phone, in the dark",
        words="The same at the width of a phone.",
        alt="The same weekly summary, narrow and dark.",
        specimens=("digest/weekly",),
        part=CARD,
        width=360,
        height=1950,
        scheme="dark",
    ),
    Scene(
        name="schedule-overtaken",
        title="Two people change one digest",
        words="Whoever saves second sees who changed what in between, and keeps what they entered.",
        alt="A form says that ana changed the times meanwhile, and shows the fields as they were entered.",
        specimens=("dialog/digest-overtaken",),
        part=DIALOG,
    ),
    Scene(
        name="welcome",
        title="Welcome",
        words="What somebody reads who opens Calmops for the first time.",
        alt="A welcome message with three things to try.",
        specimens=("message/welcome",),
        part=CARD,
    ),
)

PICTURES = {"card": "card", "inbox": "inbox", "digest": "digest"}
"""What the README shows: its file in docs/pictures, and the scene it is."""
