/** Keeps the pseudonym of somebody who is being forgotten, so that a run that was cut short goes on with the same. */
export interface Forgettings {
  /** @returns the pseudonym of the run that was begun and not ended, or this one. */
  begin(workspace: string, userId: string, pseudonym: string): Promise<string>;
  /** Forgets the pseudonym, too. */
  end(workspace: string, userId: string): Promise<void>;
}
