// The camera, looked at a few times a second until a code is read.

const PAUSE = 90;
const WIDEST = 1600;

// Among many codes on a sheet the small reader finds none: it is given parts of the picture too, those in the
// middle first, because that is where one aims. Each is a square: its middle, and its side as a share of the
// shorter side of the picture.
const AIMED = [[0.5, 0.5, 0.5], null, [0.5, 0.5, 0.7], [0.5, 0.5, 1], [0.5, 0.5, 0.35]];
const STEPS = [0.5, 0.3, 0.7, 0.1, 0.9];
const EVERYWHERE = [null, ...AIMED.filter(Boolean), ...[0.35, 0.5].flatMap((side) => STEPS.flatMap((x) => STEPS.map((y) => [x, y, side])))];

export async function watch(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  video.srcObject = stream;
  await video.play();
  let running = true;
  let turn = 0;
  const stop = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  const look = async () => {
    if (!running) return;
    const seen = video.videoWidth ? { source: video, width: video.videoWidth, height: video.videoHeight } : null;
    const text = seen && ((await readAtOnce(seen)) || readPart(seen, AIMED[turn++ % AIMED.length]));
    if (text && running) found(text);
    else setTimeout(look, PAUSE);
  };
  look();
  return stop;
}

export async function readPicture(file) {
  const source = await createImageBitmap(file);
  const seen = { source, width: source.width, height: source.height };
  const text = await readAtOnce(seen);
  if (text) return text;
  for (const part of EVERYWHERE) {
    const read = readPart(seen, part);
    if (read) return read;
  }
  return null;
}

// Browsers that read codes themselves see all of them: the one nearest to the middle is meant.
async function readAtOnce({ source, width, height }) {
  if (!("BarcodeDetector" in window)) return null;
  const codes = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(source).catch(() => []);
  const away = ({ boundingBox: box }) => Math.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2);
  return codes.sort((one, other) => away(one) - away(other))[0]?.rawValue || null;
}

function readPart({ source, width, height }, part) {
  const side = part && part[2] * Math.min(width, height);
  const box = part
    ? [Math.max(0, part[0] * width - side / 2), Math.max(0, part[1] * height - side / 2), side, side]
    : [0, 0, width, height];
  const scale = Math.min(1, WIDEST / Math.max(box[2], box[3]));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(box[2] * scale);
  canvas.height = Math.round(box[3] * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, ...box, 0, 0, canvas.width, canvas.height);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  return window.jsQR(pixels.data, pixels.width, pixels.height)?.data || null;
}
