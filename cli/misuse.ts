/** A command that was asked for wrongly or given too little to go on: nothing was done. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}
