import type { Role } from '#domain/staff/roles';
import type { App } from '#server/api/app';

/** An operator who gave a PIN at this till. */
export interface SignedIn {
  readonly operator_id: number;
  readonly name: string;
  readonly role: Role;
  readonly till_id: number;
  readonly token_hash: string;
}

/** A request on the loopback port, as its headers say; nobody is believed before a middleware has looked. */
export interface TillContext {
  readonly app: App;
  /** carries the token that the shell gave its window */
  readonly window: boolean;
  /** carries the token of the card reader's process */
  readonly station: boolean;
  /** what the `authorization` header holds; looked up only where an operator is needed */
  readonly sessionToken: string | undefined;
}

/** A request on the LAN port. The node is known by its certificate alone. */
export interface LanContext {
  readonly app: App;
  readonly address: string;
  /** sha256 of the public key of a certificate of this till's CA, proved by the TLS handshake; else undefined */
  readonly spki: string | undefined;
}
