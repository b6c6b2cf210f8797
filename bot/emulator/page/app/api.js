// The control API, as one function for each verb.

/** The server refused or could not be reached; `detail` is a sentence for a person. */
export class ControlError extends Error {
  constructor(code, detail) {
    super(detail || code);
    this.code = code;
    this.detail = detail || code;
  }
}

async function answer(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    throw new ControlError("bad_answer", `Local Slack answered ${response.status} without JSON.`);
  }
  if (!response.ok || body.ok === false) throw new ControlError(body.error ?? `http_${response.status}`, body.detail);
  return body;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new ControlError("unreachable", "Local Slack does not answer. Is it still running?");
  }
}

export async function get(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(kept.map(([key, value]) => [key, String(value)]));
  return answer(await reach(`/_control/${path}${kept.length ? `?${search}` : ""}`, { headers: { accept: "application/json" } }));
}

export async function post(path, body = {}) {
  return answer(
    await reach(`/_control/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  );
}

export async function remove(path) {
  return answer(await reach(`/_control/${path}`, { method: "DELETE" }));
}

const LARGEST_FILE = 2_900_000;

/** A file's bytes as base64, the way the control API takes them. Raises when it is too large for one request. */
export async function encodeFile(file) {
  if (file.size > LARGEST_FILE)
    throw new ControlError(
      "file_too_large",
      `${file.name} is too large: the page takes files of up to 2.9 MB. Upload larger ones by the API.`,
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { name: file.name, content: btoa(binary) };
}
