/** Something that the one who started the program can mend; its message says how, so no stack is shown. */
export class Mishap extends Error {
  override readonly name = "Mishap";
}
