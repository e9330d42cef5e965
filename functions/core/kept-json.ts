/**
 * Reads JSON that this system wrote itself and kept, so that the shape is known.
 * What comes from anybody else is judged field by field and never read with this.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who wrote it says what it is
export const keptJson = <T>(text: string): T => JSON.parse(text) as T;
