/** The kernel interface: array functions on one flat memory. Two implementations, `wasm` (float32, SIMD) and
 *  `reference` (float64, the readable definition); a property test compares them over random shapes.
 *
 *  Addresses (`At`) and strides count elements, never bytes. Image tensors are NHWC inside a plan, with the
 *  channel axis padded to `cs`, the next multiple of 4; the padding lanes always hold 0 and every kernel
 *  keeps them so. A vector of F features is an image of 1×1 with F channels. `n` is the number of images a call
 *  covers: the caller passes the address of the first one; images lie `P·cs` (pixels × channel stride) apart
 *  unless a stride is named. Kernels trust their arguments: shapes are checked when the plan is made.
 *
 *  A sum over pixels or images runs in a fixed order, so a call gives the same bits wherever it runs; an image's result
 *  does not depend on the other images of the call. Kernels that add to their output (`convolveFilterGradient`,
 *  `channelSums`, `convolveGroupedFilterGradient`) may round otherwise when the same images are spread over other calls. */

/** An address or stride in elements. */
export type At = number;

// biome-ignore format: arguments in rows, by what they belong to
export interface Kernels {
  // ---- arrays -------------------------------------------------------------------------------------------
  /** y[i] = value, i < count. */
  fill(y: At, count: number, value: number): void;
  /** y = x. */
  copy(x: At, y: At, count: number): void;
  /** y = a + b. `y` may be `a` or `b`. count is a multiple of 4. */
  add(a: At, b: At, y: At, count: number): void;
  /** y[j·ys + i] = x[j·xs + indices[i]] for j < n, i < count; 0 where indices[i] = −1. `indices` addresses integers. x and y are disjoint. */
  gather(x: At, y: At, indices: At, n: number, count: number, xs: At, ys: At): void;
  /** y = max(x, 0). `y` may be `x`. count is a multiple of 4. */
  relu(x: At, y: At, count: number): void;
  /** dx = dy where y > 0, else 0. `dx` may be `dy`. count is a multiple of 4. */
  reluBackward(y: At, dy: At, dx: At, count: number): void;
  /** y = a ⊙ b. `y` may be `a` or `b`. count is a multiple of 4. (Dropout: a = x or dy, b = mask.) */
  multiply(a: At, b: At, y: At, count: number): void;
  /** y = x between low and high, high above, low + slope·(x − low) below; low ≤ 0 ≤ high. `y` may be `x`. count is a multiple of 4. */
  bend(x: At, y: At, count: number, low: number, high: number, slope: number): void;
  /** dx = dy where low < x < high, 0 where x ≥ high, slope·dy where x ≤ low. `dx` may be `dy`. count is a multiple of 4. */
  bendBackward(x: At, dy: At, dx: At, count: number, low: number, high: number, slope: number): void;
  /** y = 1/(1 + e⁻ˣ) for `pixels` pixels of C channels; padding lanes get 0. `y` may be `x`. */
  sigmoid(x: At, y: At, pixels: number, C: number, cs: number): void;
  /** dx = dy·y·(1 − y). `dx` may be `dy`. count is a multiple of 4. */
  sigmoidBackward(y: At, dy: At, dx: At, count: number): void;
  /** y = tanh x. `y` may be `x`. count is a multiple of 4, here and below. */
  tanh(x: At, y: At, count: number): void;
  /** dx = dy·(1 − y²). `dx` may be `dy`. */
  tanhBackward(y: At, dy: At, dx: At, count: number): void;
  /** y = above·x where x > 0, else below·(eˣ − 1). `y` may be `x`. */
  elu(x: At, y: At, count: number, below: number, above: number): void;
  /** dx = above·dy where x > 0, else below·eˣ·dy. `dx` may be `dy`. */
  eluBackward(x: At, dy: At, dx: At, count: number, below: number, above: number): void;
  /** y = x·Φ(x), Φ the normal distribution; isTanh = 1: σ(2u), u = √(2/π)·(x + 0.044715·x³), in its place. `y` may be `x`. */
  gelu(x: At, y: At, count: number, isTanh: number): void;
  /** dx = dy·(Φ(x) + x·Φ'(x)). `dx` may be `dy`. */
  geluBackward(x: At, dy: At, dx: At, count: number, isTanh: number): void;
  /** dst[i] = Σ_{k<parts} src[k·stride + i] for lo ≤ i < hi, k ascending. lo, hi multiples of 4. */
  sumParts(src: At, parts: number, stride: At, dst: At, lo: number, hi: number): void;

  // ---- convolution --------------------------------------------------------------------------------------
  /** Copies n images x [H,W,cs] into the middle of y [H+top+bottom, W+left+right, cs]; the border gets `value`. `y` may be `x`. */
  pad(x: At, y: At, n: number, H: number, W: number, cs: number,
      top: number, left: number, bottom: number, right: number, value: number): void;

  /** The one convolution loop, for forward and (with flipped filters) backward-data:
   *  y[n,oy,ox,o] = bias[o] + Σ_{k<taps} x[n·xImage + oy·xRow + ox·xPixel + offsets[k]] · w[⌊o/8⌋·wPanel + k·wTap + o mod 8],
   *  o < os, then its ends. `offsets` addresses `taps` integers (written with `Memory.integers`); `os` is a multiple of 4.
   *  w [taps][os] has wPanel = 8, wTap = os. `bias` = −1 means none. y strides are given, so a stride-s backward pass can
   *  write every s-th pixel. Sum order: bias first, then k ascending.
   *
   *  The ends of a convolution, in their order: with `norm` ≥ 0, v ← (v − μ)·r·γ + β, where norm holds μ, r, γ and β of
   *  channels 0 … 3, then of 4 … 7, …; with `residual` ≥ 0 the number at the same place of an image that lies as y does is
   *  added (not y itself, unless said otherwise); with relu > 0, v ← min(max(v, 0), relu): ∞ for a ReLU. */
  convolve(x: At, xImage: At, xRow: At, xPixel: At, offsets: At, taps: number, w: At, wPanel: At, wTap: At, bias: At,
           y: At, yImage: At, yRow: At, yPixel: At, n: number, Ho: number, Wo: number, os: number,
           norm: At, residual: At, relu: number): void;

  /** The same for 1×1 windows with fewer multiplications and larger roundings: y [n][pixels][os] from x [n][pixels][I], w
   *  [os/8][I][8]; I is a multiple of 8, os of 32, m of 4, pixels ≥ 2m. `offsets` addresses 0, 1, …, I − 1. S, T and P
   *  are room for 2·m·I, 32·I and 112·m numbers, left as anything. Ends as above. */
  strassenConvolve(x: At, offsets: At, I: number, w: At, bias: At, y: At, n: number, pixels: number, os: number,
                   norm: At, residual: At, relu: number, m: number, S: At, T: At, P: At): void;

  /** Filter gradient, added to dw [taps][os]: dw[k·os + o] += Σ_{n,oy,ox} x[n·xImage + oy·xRow + ox·xPixel + offsets[k]] · g[((n·Ho + oy)·Wo + ox)·os + o]. */
  convolveFilterGradient(x: At, xImage: At, xRow: At, xPixel: At, offsets: At, taps: number, g: At,
                         dw: At, n: number, Ho: number, Wo: number, os: number): void;

  /** Bias gradient, added to db [cs]: db[c] += Σ_p g[p·cs + c] over `pixels` pixels. */
  channelSums(g: At, db: At, pixels: number, cs: number): void;

  /** Filter of the backward-data pass: for tap t < count, wt[(t·O + o)·is + i] = w[(picks[t]·I + i)·os + o],
   *  o < O, i < I; padding lanes i ≥ I get 0. `picks` addresses `count` integers: the spatial taps, in the order wanted.
   *  w is [taps][I][os]. */
  transposeFilter(w: At, picks: At, count: number, wt: At, I: number, is: number, O: number, os: number): void;

  /** Grouped convolution (groups > 1), spatially padded x, logical channels: group j maps channels j·I … (j+1)·I−1 to j·O … (j+1)·O−1.
   *  y[n,oy,ox,j·O+o] = bias + Σ_{ky,kx,i} x[n, oy·strideY+ky·dilationY, ox·strideX+kx·dilationX, j·I+i] · w[((j·kh+ky)·kw+kx)·I·O + i·O + o], then ReLU if relu = 1.
   *  x is [n][Hp][Wp][xs], y is [n][Ho][Wo][ys]. bias = −1 means none; padding lanes of y get 0. */
  convolveGrouped(x: At, w: At, bias: At, y: At, n: number, Hp: number, Wp: number, xs: number, Ho: number, Wo: number, ys: number,
                  groups: number, I: number, O: number, kh: number, kw: number, strideY: number, strideX: number, dilationY: number, dilationX: number, relu: number): void;
  /** The same for I = O = 1 and filters w [taps][cs], windows as `convolve` has them: y [n][Ho][Wo][cs] = bias[c] + Σ_{k<taps}
   *  x[n·xImage + oy·xRow + ox·xPixel + offsets[k] + c] · w[k·cs + c], then its ends (see `convolve`). */
  convolveDepthwise(x: At, xImage: At, xRow: At, xPixel: At, offsets: At, taps: number, w: At, bias: At,
                    y: At, n: number, Ho: number, Wo: number, cs: number, norm: At, residual: At, relu: number): void;
  /** dx of convolveGrouped (of the padded x): overwritten. */
  convolveGroupedBackward(g: At, w: At, dx: At, n: number, Hp: number, Wp: number, xs: number, Ho: number, Wo: number, ys: number,
                          groups: number, I: number, O: number, kh: number, kw: number, strideY: number, strideX: number, dilationY: number, dilationX: number): void;
  /** dw of convolveGrouped, added to. */
  convolveGroupedFilterGradient(x: At, g: At, dw: At, n: number, Hp: number, Wp: number, xs: number, Ho: number, Wo: number, ys: number,
                                groups: number, I: number, O: number, kh: number, kw: number, strideY: number, strideX: number, dilationY: number, dilationX: number): void;
  /** The middle of a padded image: inverse of `pad`. y [H,W,cs] = x [H+top+bottom, W+left+right, cs] without its border. */
  unpad(x: At, y: At, n: number, H: number, W: number, cs: number, top: number, left: number, bottom: number, right: number): void;

  // ---- Winograd F(m×m,3×3), m = 2 or 4, for 3×3, stride-1 convolutions (Lavin & Gray 2016): Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A -----
  // An output of Ho×Wo is covered by ⌈Ho/m⌉ lines of ⌈Wo/m⌉ tiles. Tile (ty, tx) reads (m+2)×(m+2) pixels of x [n][H][W][cs]
  // from (m·ty − top, m·tx − left) on, zeros outside x. `block` lines of tiles are worked on at a time; V and its like are room
  // for their (m+2)² matrices of rows = 4·⌈block·⌈Wo/m⌉/4⌉ + 1 rows: (m+2)²·rows·cs and (m+2)²·rows·os numbers, left as anything.
  // With m = 4, M is at first room for the transformed columns of a line of tiles, 96·(4·⌈Wo/4⌉ + 2) numbers, if that is more.
  // The matrices of filters, [(m+2)²][I + 1][os], have an unused row each, too.
  /** U[k][i][o] = (G g Gᵀ)_k of the filters w [9][I][os], k < (m+2)². */
  winogradFilter(w: At, U: At, I: number, os: number, m: number): void;
  /** y [n][Ho][Wo][os] = Aᵀ m A + bias (−1: none) with m_k[o] = Σ_{i<I} (Bᵀ d B)_k[i]·U[k][i][o], then its ends (see
   *  `convolve`; residual may be y), then 0 where `mask` (shaped as y; −1: none) is not above 0. */
  winogradConvolve(x: At, U: At, bias: At, y: At, n: number, H: number, W: number, cs: number, top: number, left: number,
                   I: number, Ho: number, Wo: number, os: number, norm: At, residual: At, relu: number, mask: At,
                   m: number, block: number, V: At, M: At): void;
  /** The same with m = 4, no mask and the filters themselves, w [⌈os/8⌉][9][I][8], transformed as they are used: V as above, U and
   *  M are room for 36·129·8 and 36·rows·8 numbers. Also with stride 2: in tiles of m = 2 from 5×5 pixels, 25 and 16 in place of
   *  (m+2)² for V and M, and for U. */
  winogradConvolvePanels(x: At, w: At, bias: At, y: At, n: number, H: number, W: number, cs: number, top: number, left: number,
                         I: number, Ho: number, Wo: number, os: number, norm: At, residual: At, relu: number,
                         stride: number, block: number, V: At, U: At, M: At): void;
  /** Added to: dU[k][i][o] += Σ_tiles (Bᵀ x B)_k[i]·(A g Aᵀ)_k[o], g [n][Ho][Wo][os] being the output's gradient. */
  winogradFilterGradient(x: At, g: At, dU: At, n: number, H: number, W: number, cs: number, top: number, left: number,
                         I: number, Ho: number, Wo: number, os: number, m: number, block: number, V: At, dM: At): void;
  /** dw [9][I][os] = (Gᵀ u G) of u = dU, which is used up. */
  winogradFilterBack(dU: At, dw: At, I: number, os: number, m: number): void;

  // ---- dense --------------------------------------------------------------------------------------------
  /** y[n,o] = bias[o] + Σ_f x[n,f]·w[o·F + f], then ReLU if relu = 1; n images of F features (multiple of 4), O outputs
   *  in rows of os. bias = −1 means none. Padding lanes of y get 0. */
  dense(x: At, w: At, bias: At, y: At, n: number, F: number, O: number, os: number, relu: number): void;
  /** dx[n,f] = Σ_o dy[n,o]·w[o·F + f]. */
  denseBackward(dy: At, w: At, dx: At, n: number, F: number, O: number, os: number): void;
  /** dw[o·F + f] = Σ_n dy[n,o]·x[n,f] for lo ≤ f < hi (multiples of 4) and all o, over all n images (overwrites). */
  denseWeightGradient(x: At, dy: At, dw: At, n: number, F: number, O: number, os: number, lo: number, hi: number): void;

  // ---- normalisation ------------------------------------------------------------------------------------
  /** Per image and channel over its P pixels, in two passes: parts[n][0][c] = mean, parts[n][1][c] = Σ (x − mean)². */
  moments(x: At, parts: At, n: number, P: number, cs: number): void;
  /** Batch statistics of sub-batches of b images (the last may be smaller), merged (Chan) from `moments` of all N images, in float64:
   *  for sub-batch g: mean[g·cs+c] = μ, variance[g·cs+c] = σ² (biased), rstd[g·cs+c] = 1/√(σ²+ε),
   *  and 0 where σ²+ε = 0, which keeps padding lanes 0 even with ε = 0 (`mergeGroups`, `reciprocalDeviation` likewise). */
  mergeBatch(parts: At, N: number, P: number, cs: number, b: number, epsilon: number, mean: At, variance: At, rstd: At): void;
  /** Group statistics per image: channels in `groups` equal groups of C/groups, merged from `moments`; written per channel:
   *  mean[n·cs+c], rstd[n·cs+c] of c's group. Layer norm: groups = 1. Instance norm: groups = C. */
  mergeGroups(parts: At, n: number, P: number, C: number, cs: number, groups: number, epsilon: number, mean: At, rstd: At): void;
  /** rstd[c] = 1/√(variance[c]+ε), c < cs. */
  reciprocalDeviation(variance: At, rstd: At, cs: number, epsilon: number): void;
  /** y = ((x − μ)·r)·γ + β (+ residual unless that is −1), then ReLU if relu = 1. Image number first+i uses row ⌊(first+i)/b⌋ of mean and rstd ([rows][cs]);
   *  b = 0 means row 0 always. γ or β = −1 means absent (1 or 0). `y` may be `x`. */
  normalise(x: At, y: At, first: number, n: number, P: number, cs: number, b: number,
            mean: At, rstd: At, gamma: At, beta: At, residual: At, relu: number): void;
  /** Per image and channel: parts[n][0][c] = Σ dy, parts[n][1][c] = Σ dy·z with z = (x − μ)·r. Rows of mean and rstd as in `normalise`. */
  gradientSums(x: At, dy: At, parts: At, first: number, n: number, P: number, cs: number, b: number, mean: At, rstd: At): void;
  /** From `gradientSums` of all N images: dβ[c] = Σ dy, dγ[c] = Σ dy·z (−1: not wanted), and per sub-batch g of b images, m = images·P:
   *  A[g·cs+c] = γ·Σ_g dy/m, B[g·cs+c] = γ·Σ_g dy·z/m, summed in float64. b = 0: one sub-batch of all N. */
  mergeGradients(parts: At, N: number, P: number, cs: number, b: number, gamma: At, A: At, B: At, dgamma: At, dbeta: At): void;
  /** The same for group statistics, per image: A[n·cs+c] = mean over c's group and pixels of γ·dy, B likewise of γ·dy·z. */
  mergeGroupGradients(parts: At, n: number, P: number, C: number, cs: number, groups: number, gamma: At, A: At, B: At): void;
  /** dx = r·(γ·dy − A − z·B), z = (x − μ)·r; then 0 where x ≤ 0 if mask = 1 (x came out of a ReLU, whose backward is thereby done).
   *  A = −1: A and B are 0 (running statistics). Rows as in `normalise`. */
  normaliseBackward(x: At, dy: At, dx: At, first: number, n: number, P: number, cs: number, b: number,
                    mean: At, rstd: At, gamma: At, A: At, B: At, mask: number): void;
  /** running[c] = keep·running[c] + (1 − keep)·mean over the `rows` rows of batch[row·cs + c]. */
  updateRunning(running: At, batch: At, rows: number, cs: number, keep: number): void;

  // ---- pooling ------------------------------------------------------------------------------------------
  // Windows of kh×kw pixels, `stride` apart from each other, the first beginning at (−top, −left); Ho×Wo of them.
  /** Max over windows whose pixels are `dilation` apart; outside the image is −∞. Ties: first in row-major order. NaN is not looked for. */
  maxPool(x: At, y: At, n: number, H: number, W: number, cs: number, kh: number, kw: number, strideY: number, strideX: number,
          dilationY: number, dilationX: number, top: number, left: number, Ho: number, Wo: number): void;
  /** dx (overwritten) = dy sent to the first maximum of each window, summed where windows overlap; mask = 1: only where that
   *  maximum is > 0 (x came out of a ReLU, whose backward is thereby done). */
  maxPoolBackward(x: At, dy: At, dx: At, n: number, H: number, W: number, cs: number, kh: number, kw: number, strideY: number, strideX: number,
                  dilationY: number, dilationX: number, top: number, left: number, Ho: number, Wo: number, mask: number): void;
  /** Mean over the pixels of a window inside the image, or with countPadding = 1 over those inside its `top`, `left`, `bottom` and
   *  `right` zeros, too. */
  averagePool(x: At, y: At, n: number, H: number, W: number, cs: number, kh: number, kw: number, strideY: number, strideX: number,
              top: number, left: number, Ho: number, Wo: number, bottom: number, right: number, countPadding: number): void;
  averagePoolBackward(dy: At, dx: At, n: number, H: number, W: number, cs: number, kh: number, kw: number, strideY: number, strideX: number,
                      top: number, left: number, Ho: number, Wo: number, bottom: number, right: number, countPadding: number): void;

  // ---- interpolation --------------------------------------------------------------------------------------
  /** Row oy of y lies at row startY + oy·stepY of x, columns likewise; linear between the pixels of x, constant beyond them.
   *  Places are computed in float64. */
  interpolate(x: At, y: At, n: number, H: number, W: number, cs: number, Ho: number, Wo: number,
              stepY: number, startY: number, stepX: number, startX: number): void;
  /** dx (overwritten): dy sent back in the same shares. */
  interpolateBackward(dy: At, dx: At, n: number, H: number, W: number, cs: number, Ho: number, Wo: number,
                      stepY: number, startY: number, stepX: number, startX: number): void;

  // ---- fused: normalise then 2×2 stride-2 max-pool, the normalised map never stored ------------------------
  /** y = maxPool2(normalise(x)), same arithmetic and ties as the two kernels in turn. Ho = ⌊H/2⌋, Wo = ⌊W/2⌋. relu = 1: ReLU
   *  between them. winners (shaped as y; −1: not wanted) = the x of each window's first maximum before the ReLU. */
  normaliseMaxPool(x: At, y: At, winners: At, first: number, n: number, H: number, W: number, cs: number, b: number,
                   mean: At, rstd: At, gamma: At, beta: At, relu: number): void;
  /** normaliseBackward of the un-pooled dy, given the pooled dy (its ReLU undone): dy goes to the first x that equals the winner. */
  normaliseMaxPoolBackward(x: At, winners: At, dy: At, dx: At, first: number, n: number, H: number, W: number, cs: number, b: number,
                           mean: At, rstd: At, gamma: At, A: At, B: At, mask: number): void;

  // ---- losses -------------------------------------------------------------------------------------------
  /** y = softmax over the first C of cs lanes; padding lanes get 0. */
  softmax(x: At, y: At, n: number, C: number, cs: number): void;
  /** dx = y ⊙ (dy − Σ dy·y). */
  softmaxBackward(y: At, dy: At, dx: At, n: number, C: number, cs: number): void;
  /** Cross-entropy of logits x with integer labels (stored as numbers): loss[n] = −ln softmax(x)[label];
   *  correct[n] = 1 if the first largest logit is the label, else 0; dx = scale·(softmax(x) − onehot) unless dx = −1. */
  crossEntropy(x: At, labels: At, loss: At, correct: At, dx: At, n: number, C: number, cs: number, scale: number): void;
  /** Cross-entropy with target distributions t [n][cs]: loss[n] = −Σ t·ln softmax(x); correct: argmax x = argmax t; dx = scale·(Σt·softmax(x) − t). */
  crossEntropyDense(x: At, targets: At, loss: At, correct: At, dx: At, n: number, C: number, cs: number, scale: number): void;
  /** Mean squared error: loss[n] = Σ_c (x − t)²/C; correct as above; dx = scale·2·(x − t)/C. */
  squaredError(x: At, targets: At, loss: At, correct: At, dx: At, n: number, C: number, cs: number, scale: number): void;

  // ---- noise --------------------------------------------------------------------------------------------
  /** mask[i] = 0 with probability rate, else 1/(1 − rate), for the `count` elements of image number first+j, j < n, each from
   *  the first word of Threefry-2x32 under the key, counter (step, (first+j)·count + i): the stream of (key, step) read at that place.
   *  key and step are read from memory: keyAt[0..3] = key.high, key.low, each split in 16-bit halves (high, low) ; stepAt[0] = step. */
  dropoutMask(mask: At, first: number, n: number, count: number, rate: number, keyAt: At, stepAt: At): void;

  /** Noise of one step for `normalise` with b = 1 (rows of cs numbers): image number first+j gets y = s·x + m as scale[j·cs+c] = s,
   *  shift[j·cs+c] = −m/s, c < C; padding lanes 0. Per channel μ = (2u₁ − 1)·range and σ = 1 + u₂·excess; per image and channel
   *  m = μ + (2u₃ − 1)·spread and s = σ + (2u₄ − 1)·scaleSpread. Each u is a first word of Threefry-2x32 · 2⁻³² under key and
   *  step (read as in `dropoutMask`) at counter c, cs + c for u₁, u₂ and 2·cs·(first+j+1) + c, … + cs + c for u₃, u₄. */
  channelNoise(shift: At, scale: At, first: number, n: number, C: number, cs: number, range: number, excess: number,
               spread: number, scaleSpread: number, keyAt: At, stepAt: At): void;

  // ---- optimiser steps over elements lo ≤ i < hi (multiples of 4) -----------------------------------------
  // Scalars that change from step to step are read from memory, so that a plan's calls never change.
  /** m += (1−β₁)(g − m); v += (1−β₂)(g² − v); u = (m/(√v + ε))·scalars[0], scalars[0] = √(1−β₂ᵗ)/(1−β₁ᵗ). `u` may be `g`. */
  scaleByAdam(g: At, m: At, v: At, u: At, lo: number, hi: number, oneMinusBeta1: number, oneMinusBeta2: number, epsilon: number, scalars: At): void;
  /** u += decay·p. */
  addDecayed(u: At, p: At, lo: number, hi: number, decay: number): void;
  /** t = momentum·t + u; u = t, or with nesterov = 1 u = momentum·t + u. */
  trace(u: At, t: At, lo: number, hi: number, momentum: number, nesterov: number): void;
  /** p −= scalars[0]·u; scalars[0] is the learning rate. */
  descend(p: At, u: At, lo: number, hi: number, scalars: At): void;
  /** scaleByAdam then descend in one pass, same bits: scalars[0] as in scaleByAdam, rate[0] the learning rate. */
  adam(p: At, g: At, m: At, v: At, lo: number, hi: number, oneMinusBeta1: number, oneMinusBeta2: number, epsilon: number, scalars: At, rate: At): void;
}

export type KernelName = keyof Kernels;

/** The flat memory that kernels work on. */
export interface Memory {
  /** The numbers: element `At` i is `numbers[i]`. */
  readonly numbers: Float32Array | Float64Array;
  /** Writes integers (offset tables) at an address: as int32 words in `wasm`, as numbers in `reference`. */
  integers(at: At, values: ArrayLike<number>): void;
}

/** Kernels bound to their memory. */
export interface Backend {
  readonly name: "wasm" | "reference";
  readonly memory: Memory;
  readonly kernels: Kernels;
}
