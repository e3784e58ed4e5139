// The camera, looked at a few times a second until a code is read.

const PAUSE = 180;
const WIDEST = 1600;

export async function watch(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  video.srcObject = stream;
  await video.play();
  let running = true;
  const stop = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  const look = async () => {
    if (!running) return;
    const text = video.videoWidth ? await readFrom(video, video.videoWidth, video.videoHeight) : null;
    if (text && running) found(text);
    else setTimeout(look, PAUSE);
  };
  look();
  return stop;
}

export async function readPicture(file) {
  const picture = await createImageBitmap(file);
  return readFrom(picture, picture.width, picture.height);
}

async function readFrom(source, width, height) {
  if ("BarcodeDetector" in window) {
    const codes = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(source).catch(() => []);
    if (codes.length) return codes[0].rawValue;
  }
  const scale = Math.min(1, WIDEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  return window.jsQR(pixels.data, pixels.width, pixels.height)?.data || null;
}
