import type { Paged } from "./paged.ts";

/** The way to what lies further back in a list. */
export const More = ({ paged: { more, isLoading } }: { readonly paged: Pick<Paged<unknown>, "more" | "isLoading"> }) =>
  more === undefined ? null : (
    <div class="actions end">
      <button type="button" disabled={isLoading} onClick={more}>
        Earlier ones
      </button>
    </div>
  );
