import diagnostics from 'node:diagnostics_channel';

/** pino asks Node for a tracing channel; Node before 19.9, which old Electron shells have inside, knows none: nobody listens. */
const known = diagnostics as { tracingChannel?: unknown };
known.tracingChannel ??= () => ({ hasSubscribers: false });
