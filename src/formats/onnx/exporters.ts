/** Programs that write ONNX: what they do to batch norm, and the setting that keeps it. */

interface Exporter {
  /** How the program calls itself in the file. */
  readonly producer: RegExp;
  /** Versions that the entry is about. */
  versions(major: number, minor: number): boolean;
  readonly advice: string;
}

const exporters: readonly Exporter[] = [
  {
    producer: /^pytorch$/i,
    versions: (major, minor) => major > 2 || (major === 2 && minor >= 9),
    advice:
      "PyTorch from 2.9 on optimises the exported graph and merges Batch Norm into convolutions; " +
      "torch.onnx.export(model, x, path, optimize=False) is meant to keep it",
  },
  {
    producer: /^pytorch$/i,
    versions: () => true,
    advice:
      "PyTorch merges Batch Norm into convolutions when it exports in evaluation mode; to keep it: " +
      "torch.onnx.export(model, x, path, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)",
  },
  {
    producer: /^tf2onnx$/i,
    versions: () => true,
    advice:
      "tf2onnx merges Batch Norm into convolutions (its back_to_back_optimizer); disable that optimiser, or give the Keras model",
  },
  {
    producer: /^onnxruntime|^onnx\.?runtime/i,
    versions: () => true,
    advice:
      'onnxruntime removes Batch Norm from the graphs it optimises; give the model as it was before, or save at level "disabled"',
  },
];

/** What to do so that the exporter keeps batch norms; undefined for one that is not known to remove them. */
export function keepingBatchNorm(producer: {
  readonly name: string;
  readonly version: string;
}): string | undefined {
  const [major = 0, minor = 0] = producer.version
    .split(".")
    .map((part) => Number.parseInt(part, 10) || 0);
  return exporters.find((e) => e.producer.test(producer.name) && e.versions(major, minor))?.advice;
}
