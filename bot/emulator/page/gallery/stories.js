// One story for every block and element type of Block Kit, in all their variants.

const plain = (text) => ({ type: "plain_text", text, emoji: true });
const md = (text) => ({ type: "mrkdwn", text });
const option = (text, value, description) => ({ text: plain(text), value, ...(description ? { description: plain(description) } : {}) });
const button = (text, action_id, more = {}) => ({ type: "button", text: plain(text), action_id, value: action_id, ...more });
const rich = (...elements) => ({ type: "rich_text", elements });
const section = (...elements) => ({ type: "rich_text_section", elements });
const text = (value, style) => ({ type: "text", text: value, ...(style ? { style } : {}) });
const dot = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 80'%3E%3Crect width='80' height='80' fill='%2388b5ac'/%3E%3Ccircle cx='40' cy='40' r='22' fill='%23fff'/%3E%3C/svg%3E";
const input = (label, element, more = {}) => ({ type: "input", label: plain(label), element: { action_id: label.toLowerCase().replaceAll(" ", "_"), ...element }, ...more });

const three = [option("Billing", "billing", "Invoices, refunds, payment"), option("Shipping", "shipping", "Where is my parcel"), option("Account", "account")];

export const stories = [
  {
    name: "Approval card",
    blocks: [
      { type: "header", text: plain("Assign ticket 482 to Billing and set priority High?") },
      { type: "context", elements: [md("*Why you are asked:* confidence 0.62 is below 0.80 for this queue")] },
      { type: "section", fields: [md("*Ticket*\n482 · Invoice shows the wrong VAT"), md("*Customer*\nNorthwind (VIP)"), md("*Queue*\nIntake → Billing"), md("*Priority*\nNormal → High")] },
      rich({ type: "rich_text_quote", elements: [text("We were charged 25 % VAT although our number is valid. <!channel> is only text here.")] }),
      { type: "context", elements: [md("<!subteam^S0BILLING> decide by <!date^1795269600^{date_short_pretty} {time}|Fri 14:00> · acts as Calmops · job J7F3K")] },
      { type: "actions", elements: [button("Assign to Billing", "approve", { style: "primary" }), button("Edit", "edit"), button("Reject", "reject"), { type: "overflow", action_id: "more", options: [option("Ask for details", "ask"), option("Reassign", "reassign"), option("Snooze", "snooze"), option("Take over", "take")] }] },
    ],
  },
  { name: "Decided card", blocks: [{ type: "section", text: md("~Assign ticket 482 to Billing and set priority High?~") }, { type: "context", elements: [md("Rejected by <@U0BO>, 10:42: wrong queue. Nothing was changed.")] }] },
  { name: "section, header, divider", blocks: [{ type: "header", text: plain("Queue health :chart_with_upwards_trend:") }, { type: "section", text: md("*Bold*, _italic_, ~struck~, `code`, <https://example.com/a?b=1&amp;c=2|a link>, https://example.com/bare, <@U0ANA>, <@U0BO>, <#C0SUPPORT>, <!subteam^S0BILLING>, <!here>, :tada: :not_an_emoji:\n> quoted line\n> and another\n```code block\n  kept as it is```\n• typed bullet &amp; &lt;escaped&gt;") }, { type: "divider" }, { type: "section", text: plain("Plain *text* is literal :smile:") }] },
  { name: "section with accessories", blocks: [
    { type: "section", text: md("A button"), accessory: button("Open", "acc_button") },
    { type: "section", text: md("A picture"), accessory: { type: "image", image_url: dot, alt_text: "A dot" } },
    { type: "section", text: md("A select"), accessory: { type: "static_select", action_id: "acc_select", placeholder: plain("Choose a queue"), options: three } },
    { type: "section", text: md("An overflow menu"), accessory: { type: "overflow", action_id: "acc_overflow", options: three } },
    { type: "section", text: md("A date"), accessory: { type: "datepicker", action_id: "acc_date", initial_date: "2026-11-23" } },
    { type: "section", text: md("Checkboxes"), accessory: { type: "checkboxes", action_id: "acc_check", options: three, initial_options: [three[0]] } },
  ] },
  { name: "Folded text", blocks: [{ type: "section", text: md("A long evidence text. ".repeat(120)) }] },
  { name: "actions", blocks: [{ type: "actions", elements: [button("Default", "a1"), button("Primary", "a2", { style: "primary" }), button("Danger", "a3", { style: "danger" }), button("Link", "a4", { url: "https://example.com" }), button("Ask first", "a5", { confirm: { title: plain("Email 212 customers?"), text: md("This *cannot* be taken back."), confirm: plain("Email 212"), deny: plain("Go back"), style: "danger" } }), button("Only for Bo", "a6", { visible_to_user_ids: ["U0BO"] }), { type: "workflow_button", action_id: "a7", text: plain("Run workflow"), workflow: { trigger: { url: "https://example.com" } } }, { type: "static_select", action_id: "a8", placeholder: plain("Queue"), options: three }, { type: "timepicker", action_id: "a9", initial_time: "09:30" }] }] },
  { name: "context and context_actions", blocks: [{ type: "context", elements: [{ type: "image", image_url: dot, alt_text: "dot" }, md("Asked by <@U0ANA>"), plain("plain words")] }, { type: "context_actions", elements: [{ type: "feedback_buttons", action_id: "f", positive_button: { text: plain("Good"), value: "up" }, negative_button: { text: plain("Bad"), value: "down" } }, { type: "icon_button", action_id: "i", icon: "trash", text: plain("Delete"), value: "x" }] }] },
  { name: "image", blocks: [{ type: "image", image_url: dot, alt_text: "A dot", title: plain("A picture from this machine") }, { type: "image", image_url: "https://images.example.com/cat.png", alt_text: "A cat on a keyboard" }] },
  { name: "input: text", blocks: [input("Title", { type: "plain_text_input", placeholder: plain("In a few words"), max_length: 40, initial_value: "Invoice shows the wrong VAT" }), input("Note", { type: "plain_text_input", multiline: true }, { optional: true, hint: plain("Shown to the requester") }), input("Email", { type: "email_text_input", placeholder: plain("ana@example.com") }), input("Website", { type: "url_text_input" }), input("Amount", { type: "number_input", is_decimal_allowed: true, min_value: "0" }), input("Rich note", { type: "rich_text_input" })] },
  { name: "input: choices", blocks: [input("Queues", { type: "checkboxes", options: three, initial_options: [three[1]] }), input("Priority", { type: "radio_buttons", options: three, initial_option: three[0] }), input("One queue", { type: "static_select", options: three, initial_option: three[1] }), input("Many queues", { type: "multi_static_select", options: three, initial_options: three.slice(0, 2) }), input("Grouped", { type: "static_select", option_groups: [{ label: plain("Front"), options: three.slice(0, 2) }, { label: plain("Back"), options: three.slice(2) }] }), input("Person", { type: "users_select", initial_user: "U0BO" }), input("People", { type: "multi_users_select", initial_users: ["U0ANA", "U0BO"] }), input("Conversation", { type: "conversations_select" }), input("Conversations", { type: "multi_conversations_select" }), input("Channel", { type: "channels_select", initial_channel: "C0SUPPORT" }), input("Channels", { type: "multi_channels_select" }), input("Searched", { type: "external_select", min_query_length: 2 }), input("Searched many", { type: "multi_external_select" })] },
  { name: "input: dates and files", blocks: [input("Day", { type: "datepicker" }), input("Time", { type: "timepicker", initial_time: "09:00" }), input("Moment", { type: "datetimepicker", initial_date_time: 1795255200 }), input("Files", { type: "file_input", max_files: 3 })] },
  { name: "rich_text", blocks: [rich(
    section(text("Plain, "), text("bold", { bold: true }), text(", "), text("italic", { italic: true }), text(", "), text("struck", { strike: true }), text(", "), text("code", { code: true }), text(", "), text("all", { bold: true, italic: true, strike: true }), text(", "), text("under", { underline: true }), text(" and <b>*literal*</b>\nnext line")),
    section({ type: "user", user_id: "U0ANA" }, text(" "), { type: "channel", channel_id: "C0SUPPORT" }, text(" "), { type: "usergroup", usergroup_id: "S0BILLING" }, text(" "), { type: "broadcast", range: "here" }, text(" "), { type: "emoji", name: "wave" }, text(" "), { type: "link", url: "https://example.com", text: "a link" }, text(" "), { type: "date", timestamp: 1795255200, format: "{date_long} at {time}", fallback: "then" }, text(" "), { type: "color", value: "#1f6f6b" }),
    { type: "rich_text_list", style: "bullet", elements: [section(text("one")), section(text("two"))] },
    { type: "rich_text_list", style: "bullet", indent: 1, elements: [section(text("inside"))] },
    { type: "rich_text_list", style: "ordered", offset: 2, elements: [section(text("third")), section(text("fourth"))] },
    { type: "rich_text_quote", elements: [text("A quote")] },
    { type: "rich_text_preformatted", elements: [text("def f(x):\n    return x < 3 and '*literal*'")] },
  )] },
  { name: "table", blocks: [{ type: "table", column_settings: [{ is_wrapped: true }, { align: "right" }], rows: [[{ type: "raw_text", text: "Queue" }, { type: "raw_text", text: "Open" }, { type: "raw_text", text: "Oldest" }], [{ type: "raw_text", text: "Billing" }, { type: "raw_number", value: 12, text: "12" }, rich(section(text("2 h", { bold: true })))], [{ type: "raw_text", text: "Shipping" }, { type: "raw_number", value: 3, text: "3" }, { type: "raw_text", text: "10 min" }]] }] },
  { name: "data_table", blocks: [{ type: "data_table", caption: "Tickets per queue, last 7 days", page_size: 4, rows: [["Queue", "Tickets", "Handled alone"].map((name) => ({ type: "raw_text", text: name })), ...[["Billing", 120, 81], ["Shipping", 94, 78], ["Account", 61, 40], ["Returns", 33, 20], ["Product", 28, 9], ["Other", 12, 0]].map(([name, a, b]) => [{ type: "raw_text", text: name }, { type: "raw_number", value: a, text: String(a) }, { type: "raw_number", value: b, text: `${b} %` }])] }] },
  { name: "data_visualization", blocks: [
    ...["bar", "line", "area"].map((type) => ({ type: "data_visualization", title: `Tickets by day (${type})`, chart: { type, series: [["Billing", [12, 9, 14, 7, 11]], ["Shipping", [5, 8, 6, 9, 4]]].map(([name, values]) => ({ name, data: values.map((value, i) => ({ label: ["Mon", "Tue", "Wed", "Thu", "Fri"][i], value })) })), axis_config: { categories: ["Mon", "Tue", "Wed", "Thu", "Fri"], x_label: "Day", y_label: "Tickets" } } })),
    { type: "data_visualization", title: "Queues", chart: { type: "pie", segments: [["Billing", 48], ["Shipping", 30], ["Account", 22]].map(([label, value]) => ({ label, value })) } },
  ] },
  { name: "markdown", blocks: [{ type: "markdown", text: "# Weekly report\nText with **bold**, *italic*, ~~struck~~, `code` and [a link](https://example.com).\n\n- one\n  - inside\n- two\n\n1. first\n2. second\n\n- [x] done\n- [ ] open\n\n> quoted\n\n| Queue | Open |\n|---|--:|\n| Billing | 12 |\n\n```python\nprint('<b>')\n```\n---\n<script>alert(1)</script> stays text; [bad](javascript:alert(1)) is not a link" }] },
  { name: "plan and task_card", blocks: [
    { type: "plan", title: "Looking for the nearest tickets", tasks: [{ task_id: "1", title: "Read the ticket", status: "complete", output: rich(section(text("14 lines"))) }, { task_id: "2", title: "Search known tickets", status: "in_progress", details: rich(section(text("Try 2 of 4"))), sources: [{ type: "url", url: "https://example.com/482", text: "Ticket 482" }] }, { task_id: "3", title: "Propose a queue", status: "pending" }, { task_id: "4", title: "Write the answer", status: "error", output: rich(section(text("The desk did not answer"))) }] },
    { type: "task_card", task_id: "9", title: "Set priority High", status: "complete" },
  ] },
  { name: "alert", blocks: ["default", "info", "warning", "error", "success"].map((level) => ({ type: "alert", level, text: md(`An alert of level *${level}*`) })) },
  { name: "card", blocks: [{ type: "card", slack_icon: { type: "icon", name: "bot" }, title: md("Triage"), subtitle: md("Assisted · 214 decisions"), body: md("Agreement 93 %, last slip 12 days ago"), subtext: md("Owner: <@U0BO>"), actions: [button("Pause", "pause"), button("Details", "details")] }] },
  { name: "carousel", blocks: [{ type: "carousel", elements: ["Triage", "Refunds", "Digests", "Incidents"].map((name) => ({ type: "card", hero_image: { type: "image", image_url: dot, alt_text: "" }, title: md(name), body: md("A background agent"), actions: [button("Open", `open_${name.toLowerCase()}`)] })) }] },
  { name: "container", blocks: [{ type: "container", title: plain("Evidence"), subtitle: plain("3 nearest tickets"), is_collapsible: true, child_blocks: [{ type: "section", text: md("Ticket 311 · Billing · 0.91") }, { type: "divider" }, { type: "section", text: md("Ticket 127 · Billing · 0.88") }] }] },
  { name: "video and file", blocks: [{ type: "video", title: plain("How triage works"), title_url: "https://example.com/v", video_url: "https://example.com/embed", thumbnail_url: dot, alt_text: "A short film", description: plain("Two minutes"), provider_name: "Example" }, { type: "file", external_id: "ABC123", source: "remote" }] },
  { name: "auth_provider", blocks: [{ type: "auth_provider", value: "desk", name: plain("Helpdesk"), is_connected: false, description: plain("Read and change tickets") }] },
  { name: "Unknown", blocks: [{ type: "hologram", projector: 3 }, { type: "actions", elements: [{ type: "lever", action_id: "pull" }] }, { type: "data_visualization", title: "Unknown chart", chart: { type: "radar" } }] },
];
