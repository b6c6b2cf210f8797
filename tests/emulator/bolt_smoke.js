// A small Bolt for JavaScript app, unmodified but for the address of its Slack.
const { App } = require("@slack/bolt");

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});
const plain = (text) => ({ type: "plain_text", text });

app.message("hello", async ({ message, say }) => {
  await say({
    text: `card for ${message.text}`,
    thread_ts: message.ts,
    blocks: [
      {
        type: "actions",
        elements: [{ type: "button", action_id: "approve", text: plain("Approve"), value: "1" }],
      },
    ],
  });
});

app.action("approve", async ({ ack, body, client }) => {
  await ack();
  await client.chat.update({
    channel: body.channel.id,
    ts: body.message.ts,
    text: `approved by <@${body.user.id}>`,
    blocks: [],
  });
});

app.command("/ops", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: "modal",
      callback_id: "form",
      title: plain("Form"),
      submit: plain("Send"),
      blocks: [
        {
          type: "input",
          block_id: "why",
          label: plain("Why?"),
          element: { type: "plain_text_input", action_id: "text" },
        },
      ],
    },
  });
});

app.view("form", async ({ ack, view }) => {
  if (view.state.values.why.text.value === "no") {
    await ack({ response_action: "errors", errors: { why: "say more" } });
  } else {
    await ack();
  }
});

app.event("app_home_opened", async ({ event, client }) => {
  const text = { type: "mrkdwn", text: `home of <@${event.user}>` };
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "section", text }] } });
});

app.start().catch((error) => {
  console.error(error);
  process.exit(1);
});
