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
        name="card-done",
        title="Done",
        words="A decided card is a record: what, by whom, when, and how long it can be taken back.",
        alt="A card that says Done, approved by bo, undo until a time, with an Undo button.",
        specimens=("card/done",),
        part=CARD,
    ),
    Scene(
        name="card-rejected",
        title="Rejected",
        words="With the reason that the requester reads and the agent learns from.",
        alt="A card whose question is struck through, rejected by bo with the reason, nothing was changed.",
        specimens=("card/rejected",),
        part=CARD,
    ),
    Scene(
        name="card-failed",
        title="Failed",
        words="The cause, and what can be done about it.",
        alt="A card that says Helpdesk refused the approved call, with Try again and Take over.",
        specimens=("card/failed",),
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
        name="progress",
        title="Progress",
        words="One message per job, kept up to date.",
        alt="A message that says what a job does now and what it has done, with a Stop button.",
        specimens=("progress/running",),
        part=CARD,
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
        height=1000,
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
