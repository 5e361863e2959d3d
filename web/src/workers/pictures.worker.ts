/** The worker that draws the cuboids at rest: hundreds of them through every lens, at each step. */

import { type Order, RestingCuboids } from "../pictures/resting";

const resting = new RestingCuboids();

addEventListener("message", ({ data }: MessageEvent<readonly Order[]>) => {
  for (const order of data) resting.obey(order);
});
