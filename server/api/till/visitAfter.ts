import type { VisitWire } from '#domain/protocol/till';
import type { App } from '#server/api/app';
import { visitView } from '#server/queries/visitView';
import type { SignedIn } from '#server/security/sessions';
import type { VisitAnswer } from '#server/services/openVisit';
import type { Actor, Deps } from '#server/services/support/deps';

type Command<Input> = (deps: Deps, actor: Actor, input: Input) => Promise<VisitAnswer>;
interface Called<Input> {
  readonly ctx: { readonly app: App; readonly operator: SignedIn };
  readonly input: Input;
}

/** Carries out a command on a visit and answers with the visit as its caller may see it. */
export const visitAfter =
  <Input>(command: Command<Input>) =>
  async ({ ctx, input }: Called<Input>): Promise<VisitWire> => {
    const { visit_id } = await command(ctx.app.deps, ctx.operator, input);
    return visitView(ctx.app.deps, visit_id, ctx.operator.role);
  };
