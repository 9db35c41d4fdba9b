import "./functions/conclude.ts";
import "./functions/github-webhook.ts";
import "./functions/health.ts";
import "./functions/poison.ts";
import "./functions/routes.ts";
import "./functions/run-shard.ts";
import "./functions/timers.ts";
import "./functions/webhook-work.ts";
