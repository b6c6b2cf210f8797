"""Files: uploaded as the SDK does it, shared, downloaded, deleted."""

from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator, start_emulator
from tests.emulator.conftest import FULL, refused

PNG = bytes.fromhex("89504e470d0a1a0a") + b"\0" * 100


async def test_the_sdk_uploads_and_shares_a_chart(client: AsyncWebClient, emu: Emulator) -> None:
    done = await client.files_upload_v2(
        channel="C0OPS", content=PNG, filename="chart.png", title="Queue", initial_comment="Today", alt_txt="a chart"
    )
    file = done["files"][0]
    assert (file["mimetype"], file["size"], file["title"], file["alt_txt"]) == ("image/png", 108, "Queue", "a chart")
    message = await emu.wait_message("C0OPS", text="Today")
    assert (message["subtype"], message["files"][0]["id"]) == ("file_share", file["id"])
    assert (await client.files_info(file=file["id"]))["file"]["shares"]["public"]["C0OPS"][0]["ts"] == message["ts"]
    assert [f["id"] for f in (await client.files_list(channel="C0OPS"))["files"]] == [file["id"]]
    assert "file_shared" in [e["what"] for e in await emu.traffic(only="envelope")]


async def test_only_those_who_may_see_it_download_it(client: AsyncWebClient, emu: Emulator) -> None:
    done = await client.files_upload_v2(channel="C0FINANCE", content="secret,1", filename="bill.csv")
    url = done["files"][0]["url_private"]
    async with aiohttp.ClientSession() as http:
        assert (await http.get(url)).status == 403
        assert (await http.get(url, headers={"Authorization": "Bearer wrong"})).status == 403
        response = await http.get(url, headers={"Authorization": f"Bearer {emu.bot_token}"})
        assert await response.read() == b"secret,1"
        assert response.headers["Content-Disposition"] == "attachment"
        assert (await http.get(url, params={"as": "dee"})).status == 200
        assert (await http.get(url, params={"as": "ana"})).status == 404


async def test_uploads_come_in_two_forms_and_are_checked(client: AsyncWebClient, emu: Emulator) -> None:
    async with aiohttp.ClientSession() as http:
        place = await client.files_getUploadURLExternal(filename="a.txt", length=2)
        identity = [{"id": place["file_id"], "title": "A"}]
        assert await refused(client.files_completeUploadExternal(files=identity)) == "file_not_found"
        form = aiohttp.FormData()
        form.add_field("file", b"ab", filename="a.txt")
        assert (await (await http.post(place["upload_url"], data=form)).text()) == "OK - 2"
        await client.files_completeUploadExternal(files=identity, channel_id="C0OPS")
        assert (await http.post(place["upload_url"], data=b"again")).status == 400
        assert (await http.post(f"{emu.base_url}/upload/F0NONE", data=b"x")).status == 400
    absent = client.files_completeUploadExternal(files=identity, channel_id="C0GENERAL")
    assert await refused(absent) == "not_in_channel"
    assert await refused(client.files_getUploadURLExternal(filename="a", length=0)) == "invalid_arguments"
    large = client.files_getUploadURLExternal(filename="a", length=10**9)
    assert await refused(large) == "file_upload_size_restricted"


async def test_a_deleted_file_leaves_its_name(client: AsyncWebClient, emu: Emulator) -> None:
    done = await client.files_upload_v2(channel="C0OPS", content="x", filename="a.txt")
    identity = done["files"][0]["id"]
    await client.files_delete(file=identity)
    assert (await emu.messages("C0OPS"))[0]["files"] == [{"id": identity, "mode": "tombstone", "name": "a.txt"}]
    assert await refused(client.files_info(file=identity)) == "file_deleted"
    assert await refused(client.files_delete(file="F0NONE")) == "file_not_found"


async def test_a_persons_file_is_told_to_the_app_and_is_not_its_own(client: AsyncWebClient, emu: Emulator) -> None:
    shared = await emu.act("upload", **{"as": "ana"}, channel="C0OPS", name="log.txt", text_content="line", text="look")
    assert (await client.files_info(file=shared["file"]["id"]))["file"]["user"] == "U0ANA"
    assert await refused(client.files_delete(file=shared["file"]["id"])) == "cant_delete_file"


async def test_files_survive_a_restart(tmp_path: Path) -> None:
    async with start_emulator(manifest=FULL, data=tmp_path) as emu:
        shared = await emu.act("upload", **{"as": "ana"}, channel="C0OPS", name="log.txt", text_content="line")
        path = shared["file"]["url_private"].removeprefix(emu.base_url)
    async with start_emulator(manifest=FULL, data=tmp_path) as emu, aiohttp.ClientSession() as http:
        response = await http.get(emu.base_url + path, params={"as": "bo"})
        assert await response.text() == "line"
