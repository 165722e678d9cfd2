/** What the procedures of this process work with. */
export interface App {
  readonly rendererDir: string | undefined;
}
