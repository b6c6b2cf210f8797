// What people have put into the inputs of one surface (a view, or the inputs of a message).
// A value is kept as the state object Slack sends: {type, value} | {type, selected_option} | ...

const EMPTY = {
  plain_text_input: () => ({ value: null }),
  email_text_input: () => ({ value: null }),
  url_text_input: () => ({ value: null }),
  number_input: () => ({ value: null }),
  rich_text_input: () => ({ rich_text_value: null }),
  checkboxes: () => ({ selected_options: [] }),
  radio_buttons: () => ({ selected_option: null }),
  static_select: () => ({ selected_option: null }),
  external_select: () => ({ selected_option: null }),
  multi_static_select: () => ({ selected_options: [] }),
  multi_external_select: () => ({ selected_options: [] }),
  users_select: () => ({ selected_user: null }),
  multi_users_select: () => ({ selected_users: [] }),
  conversations_select: () => ({ selected_conversation: null }),
  multi_conversations_select: () => ({ selected_conversations: [] }),
  channels_select: () => ({ selected_channel: null }),
  multi_channels_select: () => ({ selected_channels: [] }),
  datepicker: () => ({ selected_date: null }),
  timepicker: () => ({ selected_time: null }),
  datetimepicker: () => ({ selected_date_time: null }),
  file_input: () => ({ files: [] }),
};

const INITIAL = {
  plain_text_input: (e) => ({ value: e.initial_value ?? null }),
  email_text_input: (e) => ({ value: e.initial_value ?? null }),
  url_text_input: (e) => ({ value: e.initial_value ?? null }),
  number_input: (e) => ({ value: e.initial_value ?? null }),
  rich_text_input: (e) => ({ rich_text_value: e.initial_value ?? null }),
  checkboxes: (e) => ({ selected_options: e.initial_options ?? [] }),
  radio_buttons: (e) => ({ selected_option: e.initial_option ?? null }),
  static_select: (e) => ({ selected_option: e.initial_option ?? null }),
  external_select: (e) => ({ selected_option: e.initial_option ?? null }),
  multi_static_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  multi_external_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  users_select: (e) => ({ selected_user: e.initial_user ?? null }),
  multi_users_select: (e) => ({ selected_users: e.initial_users ?? [] }),
  conversations_select: (e, here) => ({
    selected_conversation: e.initial_conversation ?? (e.default_to_current_conversation ? here : null) ?? null,
  }),
  multi_conversations_select: (e, here) => ({
    selected_conversations: e.initial_conversations ?? (e.default_to_current_conversation && here ? [here] : []),
  }),
  channels_select: (e) => ({ selected_channel: e.initial_channel ?? null }),
  multi_channels_select: (e) => ({ selected_channels: e.initial_channels ?? [] }),
  datepicker: (e) => ({ selected_date: e.initial_date ?? null }),
  timepicker: (e) => ({ selected_time: e.initial_time ?? null }),
  datetimepicker: (e) => ({ selected_date_time: e.initial_date_time ?? null }),
};

const isStateful = (element) => element?.type in EMPTY;

/** The elements of a block that hold a value. */
function stateful(block) {
  const found = [];
  if (block.type === "input" && block.element) found.push(block.element);
  if (block.accessory) found.push(block.accessory);
  if (block.type === "actions") found.push(...(block.elements ?? []));
  return found.filter(isStateful);
}

function* inputsOf(blocks) {
  for (const block of blocks ?? []) {
    for (const element of stateful(block)) yield [block, element];
    if (block.type === "container") yield* inputsOf(block.child_blocks);
  }
}

function isEmpty(state) {
  const value = Object.entries(state).find(([key]) => key !== "type")?.[1];
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value.type === "rich_text") return !(value.elements ?? []).length;
  return false;
}

/** Whether what was chosen is still among the options: an update may have taken it away. */
function stillOffered(element, held) {
  const offered = element.options ?? element.option_groups?.flatMap((group) => group.options ?? []);
  if (!offered) return true;
  const known = new Set(offered.map((option) => option.value));
  return [held.selected_option, ...(held.selected_options ?? [])].every((option) => !option || known.has(option.value));
}

class Form {
  constructor() {
    this.values = new Map();
    this.here = null;
  }

  key(blockId, actionId) {
    return `${blockId}\u0000${actionId}`;
  }

  get(blockId, element) {
    const held = this.values.get(this.key(blockId, element.action_id));
    if (held && held.type === element.type && stillOffered(element, held)) return held;
    const initial = INITIAL[element.type]?.(element, this.here) ?? EMPTY[element.type]?.() ?? {};
    return { type: element.type, ...initial };
  }

  set(blockId, element, state) {
    this.values.set(this.key(blockId, element.action_id), { type: element.type, ...state });
  }

  /** `state.values` of these blocks: {block_id: {action_id: state}}. */
  read(blocks) {
    const values = {};
    for (const [block, element] of inputsOf(blocks)) {
      const { typed, ...state } = this.get(block.block_id, element);
      (values[block.block_id] ??= {})[element.action_id] = state;
    }
    return values;
  }

  /** What a client refuses before it sends: {block_id: sentence}. */
  problems(blocks) {
    const found = {};
    for (const [block, element] of inputsOf(blocks)) {
      if (block.type !== "input") continue;
      const problem = judge(element, this.get(block.block_id, element), block.optional === true);
      if (problem) found[block.block_id] = problem;
    }
    return found;
  }
}

function judge(element, state, optional) {
  if (isEmpty(state)) return optional ? null : "Please complete this required field.";
  const value = state.value;
  if (element.type === "plain_text_input") {
    if (element.min_length && value.length < element.min_length)
      return `Use at least ${element.min_length} characters (now ${value.length}).`;
    if (element.max_length && value.length > element.max_length)
      return `Use at most ${element.max_length} characters (now ${value.length}).`;
  }
  if (element.type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return "Enter an email address, such as ana@example.com.";
  if (element.type === "url_text_input" && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value))
    return "Enter a full address, such as https://example.com.";
  if (element.type === "number_input") {
    const number = Number(value);
    if (value.trim() === "" || Number.isNaN(number)) return "Enter a number.";
    if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
    if (element.min_value !== undefined && number < Number(element.min_value)) return `Enter ${element.min_value} or more.`;
    if (element.max_value !== undefined && number > Number(element.max_value)) return `Enter ${element.max_value} or less.`;
  }
  return null;
}

const forms = new Map();

/** The form of one surface; it outlives redrawing, so that an update keeps what was typed. */
export function formFor(key) {
  if (!forms.has(key)) forms.set(key, new Form());
  return forms.get(key);
}

export const dropForm = (key) => forms.delete(key);
