/** Writes ONNX models: just enough of the protobuf encoding for graphs built by hand. */

const utf8 = new TextEncoder();

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

const integer = (field, value) => Buffer.from([...varint(field << 3), ...varint(value)]);
const bytes = (field, data) =>
  Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(data.length)]), data]);
const text = (field, value) => bytes(field, utf8.encode(value));
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));
const float = (field, value) =>
  Buffer.concat([
    Buffer.from(varint((field << 3) | 5)),
    Buffer.from(Float32Array.of(value).buffer),
  ]);

/** ONNX element types. */
const FLOAT = 1;
const INT64 = 7;

const dtype = (data) => (data instanceof Float32Array ? FLOAT : INT64);

function tensor(field, name, shape, data) {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const dims = shape.map((d) => integer(1, d));
  return message(field, ...dims, integer(2, dtype(data)), text(8, name), bytes(9, raw));
}

/** A number is a float attribute if it is written as {float: v}; else an integer. Arrays are
 *  integers. */
function attribute(name, value) {
  if (Array.isArray(value))
    return message(5, text(1, name), ...value.map((v) => integer(8, v)), integer(20, 7));
  if (typeof value === "string") return message(5, text(1, name), text(4, value), integer(20, 3));
  if (typeof value === "object")
    return message(5, text(1, name), float(2, value.float), integer(20, 1));
  return message(5, text(1, name), integer(3, value), integer(20, 2));
}

function valueInfo(field, { name, shape, type = FLOAT }) {
  const dims = shape.map((d) => message(1, integer(1, d)));
  return message(
    field,
    text(1, name),
    message(2, message(1, integer(1, type), message(2, ...dims))),
  );
}

/** A graph under construction: `op` adds a node and returns its first output's name. */
export function graph() {
  const nodes = [];
  const constants = [];
  const inputs = [];
  const outputs = [];
  let count = 0;
  const fresh = (op) => `${op}_${count++}`;
  return {
    input(name, shape, type) {
      inputs.push({ name, shape, type });
      return name;
    },
    output: (name, shape, type) => outputs.push({ name, shape, type }),
    floats(shape, values) {
      const name = fresh("constant");
      constants.push(tensor(5, name, shape, Float32Array.from(values)));
      return name;
    },
    integers(values, shape = [values.length]) {
      const name = fresh("constant");
      constants.push(tensor(5, name, shape, BigInt64Array.from(values, BigInt)));
      return name;
    },
    /** `names` fixes the names of the outputs; the first is returned. */
    op(op, from, attributes = {}, names = [fresh(op)]) {
      const attrs = Object.entries(attributes).map(([k, v]) => attribute(k, v));
      const ins = from.map((name) => text(1, name));
      const outs = names.map((name) => text(2, name));
      nodes.push(message(1, ...ins, ...outs, text(3, fresh("node")), text(4, op), ...attrs));
      return names[0];
    },
    /** The model's bytes. Opset 18: reductions take their axes as inputs. */
    model() {
      const body = [
        ...nodes,
        text(2, "graph"),
        ...constants,
        ...inputs.map((v) => valueInfo(11, v)),
        ...outputs.map((v) => valueInfo(12, v)),
      ];
      return Buffer.concat([
        integer(1, 9),
        text(2, "normlens-bench"),
        message(7, ...body),
        message(8, text(1, ""), integer(2, 18)),
      ]);
    },
    INT64,
  };
}
