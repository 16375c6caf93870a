/** One channel of one batch norm. */
import { inBoth } from "../../src/report/words/index.js";

export const microscope = inBoth({
  en: {
    nav: "Microscope",
    title: "One channel under the microscope",
    intro:
      "What Batch Norm does to a channel is one subtraction, one division, one multiplication and one addition, the same for every pixel. In the histogram nothing moves but the axis: x as it comes, z in standard deviations from the mean, y as it goes on.",
    arm: "Arm",
    layer: "Norm",
    channel: "Channel",
    where: (arm: string, seed: number, norm: string, order: string) =>
      `${norm} of arm ${arm}, seed ${seed}: ${order}.`,
    kept: (stored: number, channels: number) => `${stored} of its ${channels} channels were kept.`,
    image: (image: number, label: string) => `Image ${image}: ${label}`,
    map: (channel: number) => `Channel ${channel} before the norm`,
    pick: "Point at a pixel, or move with the arrow keys",
    figure: (norm: string, channel: number) =>
      `Distribution of channel ${channel} of ${norm} over validation images, on the axes x, z and y`,
    caption:
      "Heights are square roots of shares, so that rare values are seen. Dashed: the mean μ; shaded: one standard deviation to either side; red: the pixel that is followed.",
    count: "values",
    from: "from",
    to: "to",
    followed: (row: number, column: number) => `The pixel in row ${row}, column ${column}`,
    input: "what comes in",
    folded: "The same channel folded",
    foldsInto: {
      backward: (into: string) =>
        `s multiplies the filters of “${into}” before it and t is added to its bias: the norm is gone, the function is not.`,
      forward: (into: string) =>
        `s and t are multiplied into the weights of “${into}” behind it: the norm is gone, the function is not.`,
    },
    foldsNowhere: "No layer beside it can take it up: it stays a layer of its own.",
    negative:
      "s is negative: what excites this channel speaks against it afterwards, and rules that tell the signs apart see another network once the norm is folded.",
    noShift: "There is no shift: rule-based explanations lose nothing here.",
    shift: (t: string) =>
      `The shift t = ${t} belongs to no pixel. Rules that hand relevance to inputs alone must put it somewhere, and that is where maps change when the norm is folded.`,
    inBatch: "In training: a batch decides",
    ofBatch: (running: string) => `of one training batch, against ${running} in use`,
    wouldBe: (y: string) => `the same pixel in that batch, against ${y} in use`,
  },
  zh: {
    nav: "显微镜",
    title: "显微镜下的一个通道",
    intro:
      "批归一化对一个通道所做的只是一次减法、一次除法、一次乘法和一次加法，对每个像素都一样。直方图中移动的只有坐标轴：x 是输入，z 以标准差为单位、从均值算起，y 是输出。",
    arm: "实验臂",
    layer: "归一化层",
    channel: "通道",
    where: (arm: string, seed: number, norm: string, order: string) =>
      `实验臂 ${arm}、种子 ${seed} 的 ${norm}：${order}。`,
    kept: (stored: number, channels: number) => `${channels} 个通道中保存了 ${stored} 个。`,
    image: (image: number, label: string) => `图像 ${image}：${label}`,
    map: (channel: number) => `归一化之前的通道 ${channel}`,
    pick: "指向一个像素，或用方向键移动",
    figure: (norm: string, channel: number) =>
      `${norm} 的通道 ${channel} 在验证图像上的分布，坐标轴为 x、z 和 y`,
    caption:
      "高度是占比的平方根，使少见的值也能看到。虚线：均值 μ；阴影：两侧各一个标准差；红线：正在跟踪的像素。",
    count: "个数",
    from: "自",
    to: "至",
    followed: (row: number, column: number) => `第 ${row} 行、第 ${column} 列的像素`,
    input: "输入",
    folded: "折叠后的同一通道",
    foldsInto: {
      backward: (into: string) =>
        `s 乘到前面“${into}”的滤波器上，t 加到其偏置上：归一化消失了，函数没有变。`,
      forward: (into: string) => `s 和 t 乘入后面“${into}”的权重：归一化消失了，函数没有变。`,
    },
    foldsNowhere: "相邻的层都无法吸收它：它仍然是单独的一层。",
    negative:
      "s 为负：激活这个通道的东西之后反而成为反对的证据，区分正负号的规则在折叠后看到的是另一个网络。",
    noShift: "没有平移：基于规则的解释在这里不会有损失。",
    shift: (t: string) =>
      `平移 t = ${t} 不属于任何像素。只把相关性交给输入的规则必须把它放到某处，折叠后归因图正是在这里发生变化。`,
    inBatch: "训练时：由批次决定",
    ofBatch: (running: string) => `一个训练批次的值，使用时为 ${running}`,
    wouldBe: (y: string) => `同一像素在该批次中的值，使用时为 ${y}`,
  },
});
