import { type Channel, Channels } from "./channels.tsx";
import { Deliveries } from "./deliveries.tsx";
import { useManaged } from "./list.tsx";
import { Schedule } from "./schedule.tsx";

/** Which reports are made, where they and alerts go, and what became of them. */
export const DeliverySettings = () => {
  const channels = useManaged<Channel>("/v1/channels", "channels");
  return (
    <div class="stack">
      <Schedule />
      <Channels channels={channels} />
      <Deliveries labels={new Map((channels.members ?? []).map(({ id, label }) => [id, label]))} />
    </div>
  );
};
