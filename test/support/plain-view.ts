import { paintWith, PLAIN, type View } from "../../src/terminal/style.ts";

/** Whole lines without colours, as a program or a file gets them. */
export const PLAIN_VIEW: View = { width: null, paint: paintWith(PLAIN) };
