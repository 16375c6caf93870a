import { read } from "./read.js";

globalThis.read = read;
