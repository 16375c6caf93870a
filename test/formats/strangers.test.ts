/** Files that people hand over by mistake are called by their name, with what helps. */

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readAnyModel } from "../../src/formats/any-model.js";
import { loadAnyModel } from "../../src/formats/load-model.node.js";
import { readPicture } from "../../src/formats/picture.node.js";
import { refuseStrangers } from "../../src/formats/strangers.js";
import { folderOf } from "../data/folders.js";
import { golden, messageOf, rejection } from "./hostile.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const rest = "\0".repeat(60);

const known: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["net.onnx", bytes(""), /^net.onnx: got an empty file, expected a model's file .*fetch/],
  [
    "net.onnx",
    bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
    /got a pointer of Git LFS, .*; fetch the file itself: git lfs pull$/,
  ],
  ["net.h5", bytes("\n<!DOCTYPE html><html>"), /got a web page, .*fetch the file$/],
  ["net.keras", gzipSync("x"), /got a compressed file \(gzip\), .*unpack it first$/],
  ["old.pth", bytes(`\x80\x02}q\0(X${rest}`), /got a pickle of Python.*state_dict as safetensors$/],
  ["new.pkl", bytes(`\x80\x04\x95\x15${rest}`), /got a pickle of Python/],
  ["net.pb", bytes(`\x08\x01\x12\x10${rest}`), /got a SavedModel of TensorFlow.*tf2onnx/],
  ["net.tflite", bytes(`\x1c\0\0\0TFL3${rest}`), /got a model of TensorFlow Lite/],
  ["net.json", bytes('{\n "format": "normlens/description/1"'), /got the description of a graph/],
  ["cat.png", golden("rgb.png"), /got a PNG picture, .*give a model's file here$/],
  ["cat.jpg", golden("baseline.jpg"), /got a JPEG picture/],
  ["a.webp", bytes("RIFF0000WEBPVP8 "), /got a WebP picture, .*convert it to PNG or JPEG$/],
  ["a.gif", bytes("GIF89a"), /got a GIF picture/],
  ["a.heic", bytes("\0\0\0\x18ftypheic"), /got a HEIC or AVIF picture/],
  ["a.tif", bytes("II*\0"), /got a TIFF picture/],
  ["a.bmp", bytes(`BM0000\0\0\0\0`), /got a BMP picture/],
  ["frozen.pb", bytes("\n\x14\n\x05input"), /begins with 0a 14.*tf2onnx\.convert --graphdef/],
];

test.each(known)("%s", (name, content, message) => {
  expect(messageOf(() => readAnyModel(content, name))).toMatch(message);
});

test("weights whose header is as long as a pickle's beginning are no pickle", () => {
  const header = `{${" ".repeat(0x27e)}}`;
  const file = bytes(`\x80\x02\0\0\0\0\0\0${header}`);
  expect(() => refuseStrangers(file, "x", "y")).not.toThrow();
});

test("the folder of a SavedModel", async () => {
  const folder = folderOf({ "saved_model.pb": "", "variables/variables.index": "" });
  expect(await rejection(loadAnyModel(folder))).toMatch(
    /: got a SavedModel of TensorFlow, expected a model's file; convert it \(.*\), or save the Keras/,
  );
});

test("a picture is told by its content, not by its name", () => {
  expect(readPicture(golden("rgb.png"), "a.jpg")?.channels).toBe(3);
  expect(readPicture(golden("grey.jpg"), "a.png")?.channels).toBe(1);
  expect(readPicture(bytes("GIF89a"), "a.png")).toBeUndefined();
});
