"""Shows one job in full, in a dialog."""

from handlers.actions.press import Press
from handlers.blocks.work_dialogs import job_dialog
from handlers.cards import load_sheet
from handlers.ids import read_job


async def handle_job_show(press: Press) -> None:
    """How it stands, what it did, what it waits for."""
    job_id = read_job(press.value)
    sheet = await press.deps.store.read(lambda tx: load_sheet(tx, press.deps.registry, job_id))
    await press.open(job_dialog(sheet))
    await press.write(lambda _: None)
