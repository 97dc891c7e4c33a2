package dev.quipu.vision.jpeg;

import java.io.IOException;
import java.util.Arrays;

/**
 * A JPEG file of 8 bits: baseline, extended or progressive, with Huffman's codes (ITU T.81). First its header is read,
 * which says how large it is, then all else.
 */
public final class JpegReader {

  private static final int TABLES = 4;
  private static final int MOST_IN_SCAN = 4;
  private static final int MOST_BLOCKS = 10; // of a group of blocks that are coded together
  private static final int LARGEST_SIDE = 65500;
  private static final int SMOOTHED = 10; // coefficients that libjpeg guesses if they are not known

  /** Pillow reads a file in parts of this size, and looks for errors behind the picture in the last part alone. */
  private static final int PART = 1 << 16;

  private final ByteSource in;
  private final short[][] steps = new short[TABLES][];
  private final HuffmanTable[] means = new HuffmanTable[TABLES];
  private final HuffmanTable[] rests = new HuffmanTable[TABLES];
  private final InverseCosine cosine = new InverseCosine();
  private int restartInterval;
  private boolean isProgressive;
  private Component[] components; // null before the frame
  private int width;
  private int height;
  private int mostAcross;
  private int mostDown;
  private boolean jfif;
  private int adobe = -1; // its transform
  private Enlarger[] enlargers;

  // of the current scan
  private Component[] scanned;
  private final int[] spectrum = new int[4];

  private JpegReader(byte[] file) {
    in = new ByteSource(file);
  }

  /** Reads up to the first data. */
  public static JpegReader of(byte[] file) throws IOException {
    JpegReader reader = new JpegReader(file);
    reader.in.at = 2; // the start of the image
    if (!reader.readMarkers()) {
      throw new IOException("it is damaged: it holds no picture");
    }
    reader.setUp();
    return reader;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public int components() {
    return components.length;
  }

  /** Whether the first three components are light and two differences of colour. */
  public boolean isLuma() {
    return switch (components.length) {
      case 3 -> jfif || (adobe >= 0 ? adobe != 0 : !isNamedRgb());
      case 4 -> adobe > 0;
      default -> false;
    };
  }

  private boolean isNamedRgb() {
    return components[0].id == 'R' && components[1].id == 'G' && components[2].id == 'B';
  }

  /** Bytes that decoding needs for a pixel, of the components alone. */
  public int bytesPerPixel() {
    return components.length * (hasManyScans() ? 3 : 1);
  }

  /** Decodes all components. */
  public void read() throws IOException {
    enlargers = new Enlarger[components.length];
    for (int i = 0; i < components.length; i++) {
      Component c = components[i];
      enlargers[i] = Enlarger.of(c, mostAcross, mostDown);
      if (enlargers[i] == null) {
        throw new IOException("components of " + c.across + "x" + c.down + " samples for " + mostAcross + "x" + mostDown
            + " are not supported");
      }
      int rows = c.rowsOfBlocks(height, mostDown);
      c.samples = new byte[Math.multiplyExact(8 * rows, c.stride())];
      if (hasManyScans()) {
        c.levels = new short[Math.multiplyExact(Component.BLOCK * rows, c.blockStride)];
      }
    }
    if (hasManyScans()) {
      readAllScans();
    } else {
      scan().read(mcusAcross(), mcusDown(), new Direct());
      readTail();
    }
  }

  /** Row y, [width, components]. */
  public void row(int y, int[] out) {
    for (int i = 0; i < enlargers.length; i++) {
      enlargers[i].row(y, out, i, enlargers.length);
    }
  }

  private boolean hasManyScans() {
    return isProgressive || scanned.length < components.length;
  }

  private int mcusAcross() {
    return Math.ceilDiv(width, 8 * mostAcross);
  }

  private int mcusDown() {
    return Math.ceilDiv(height, 8 * mostDown);
  }

  /** Each block is done when it is read. */
  private final class Direct implements Scan.Sink {

    private final short[] levels = new short[Component.BLOCK];

    @Override
    public short[] levels(Component component, int block) {
      Arrays.fill(levels, (short) 0);
      return levels;
    }

    @Override
    public int offset(int block) {
      return 0;
    }

    @Override
    public void done(Component component, int column, int row) {
      transform(component, levels, 0, column, row);
    }
  }

  /** Blocks are kept for the scans to come. */
  private static final class Kept implements Scan.Sink {

    @Override
    public short[] levels(Component component, int block) {
      return component.levels;
    }

    @Override
    public int offset(int block) {
      return block * Component.BLOCK;
    }

    @Override
    public void done(Component component, int column, int row) {}
  }

  private void transform(Component component, short[] levels, int from, int column, int row) {
    int at = 8 * row * component.stride() + 8 * column;
    cosine.run(levels, from, component.steps, component.samples, at, component.stride());
  }

  private void readAllScans() throws IOException {
    do {
      scan().read(mcusAcross(), mcusDown(), new Kept());
    } while (readMarkers());
    requireAllScans();
    for (Component component : components) {
      if (component.steps == null) {
        component.steps = new short[Component.BLOCK]; // it was in no scan, and stays grey
      }
      for (int block = 0; block < component.levels.length / Component.BLOCK; block++) {
        transform(component, component.levels, block * Component.BLOCK, block % component.blockStride,
            block / component.blockStride);
      }
    }
  }

  /** libjpeg would guess what low frequencies are like that are in no scan; this is not done here. */
  private void requireAllScans() throws IOException {
    boolean missing = false;
    for (Component component : components) {
      if (!isProgressive || component.steps == null || component.unknownBits[0] < 0) {
        return; // nor does libjpeg
      }
      for (int k = 0; k < SMOOTHED; k++) {
        if (component.steps[Scan.place(k)] == 0) {
          return;
        }
        missing |= k > 0 && component.unknownBits[k] != 0;
      }
    }
    if (missing) {
      throw new IOException("it is damaged: some of its scans are missing");
    }
  }

  private Scan scan() throws IOException {
    for (Component component : scanned) {
      if (component.steps == null) {
        component.steps = component.table < TABLES ? steps[component.table] : null;
      }
      if (component.steps == null) {
        throw new IOException("it is damaged: a table of steps is missing");
      }
    }
    if (isProgressive) {
      prepareProgressive();
    } else {
      useDefaultTables();
    }
    for (Component component : scanned) {
      if (!isProgressive || spectrum[0] == 0 && spectrum[2] == 0) {
        table(means, component.meanCode).checked(true);
      }
      if (!isProgressive || spectrum[0] > 0) {
        table(rests, component.restCode).checked(false);
      }
    }
    return new Scan(in, scanned, isProgressive, spectrum, restartInterval, means, rests);
  }

  private static HuffmanTable table(HuffmanTable[] tables, int index) throws IOException {
    if (index >= TABLES || tables[index] == null) {
      throw new IOException("it is damaged: a table of codes is missing");
    }
    return tables[index];
  }

  /** Frames of a film leave out the tables that everybody uses. */
  private void useDefaultTables() {
    for (int i = 0; i < 2; i++) {
      means[i] = means[i] == null ? DefaultTables.means(i) : means[i];
      rests[i] = rests[i] == null ? DefaultTables.rests(i) : rests[i];
    }
  }

  private void prepareProgressive() throws IOException {
    boolean isMean = spectrum[0] == 0;
    boolean valid = isMean ? spectrum[1] == 0
        : spectrum[0] <= spectrum[1] && spectrum[1] < Component.BLOCK && scanned.length == 1;
    if (!valid || spectrum[2] != 0 && spectrum[3] != spectrum[2] - 1 || spectrum[3] > 13) {
      throw new IOException("it is damaged: a scan of coefficients " + spectrum[0] + " to " + spectrum[1] + ", bits "
          + spectrum[2] + " to " + spectrum[3]);
    }
    for (Component component : scanned) {
      Arrays.fill(component.unknownBits, spectrum[0], spectrum[1] + 1, spectrum[3]);
    }
  }

  /** Sizes of all components. */
  private void setUp() throws IOException {
    if (width > LARGEST_SIDE || height > LARGEST_SIDE) {
      throw new IOException("it is damaged: it would have " + width + "x" + height + " pixels");
    }
    for (Component c : components) {
      if (c.across < 1 || c.across > 4 || c.down < 1 || c.down > 4) {
        throw new IOException("it is damaged: components of " + c.across + "x" + c.down + " samples");
      }
      mostAcross = Math.max(mostAcross, c.across);
      mostDown = Math.max(mostDown, c.down);
    }
    for (Component component : components) {
      component.size(width, height, mostAcross, mostDown);
    }
    requireFewBlocks();
  }

  private void requireFewBlocks() throws IOException {
    int blocks = 0;
    for (Component component : scanned) {
      blocks += component.across * component.down;
    }
    if (scanned.length > 1 && blocks > MOST_BLOCKS) {
      throw new IOException("it is damaged: groups of " + blocks + " blocks");
    }
  }

  /** What follows the picture may be missing, but not wrong. */
  private void readTail() throws IOException {
    int end = Math.min(in.file.length, Math.ceilDiv(in.at, PART) * PART);
    try {
      if (readMarkers() && in.at <= end) {
        throw new IOException("it is damaged: it has more data than it says");
      }
    } catch (MissingEnd e) {
      return;
    } catch (IOException e) {
      if (in.at <= end) {
        throw e;
      }
    }
  }

  /** Reads up to the next data; false at the end of the image. */
  private boolean readMarkers() throws IOException {
    while (true) {
      if (in.marker == ByteSource.NO_MARKER) {
        in.findMarker();
      }
      int marker = in.marker;
      in.marker = ByteSource.NO_MARKER;
      switch (marker) {
        case 0xC0, 0xC1 -> readFrame(false);
        case 0xC2 -> readFrame(true);
        case 0xC4 -> readCodes();
        case 0xD9 -> {
          return false;
        }
        case 0xDA -> {
          readScanHeader();
          return true;
        }
        case 0xDB -> readSteps();
        case 0xDD -> readRestartInterval();
        case 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF -> throw new IOException(
            "JPEG's process " + (marker - 0xC0) + " is not supported; supported: 0, 1, 2 (baseline, progressive)");
        case 0xE0 -> readJfif();
        case 0xEE -> readAdobe();
        case 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0x01 -> { }
        case 0xCC, 0xDC, 0xFE, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED, 0xEF ->
            in.at = endOfSegment();
        default -> throw new IOException("it is damaged: a marker " + Integer.toHexString(marker));
      }
    }
  }

  /** Behind the segment that begins here; its length is read. */
  private int endOfSegment() throws IOException {
    int start = in.at;
    int end = start + Math.max(in.twoBytes(), 2);
    if (end > in.file.length) {
      throw new MissingEnd();
    }
    return end;
  }

  private void readFrame(boolean progressive) throws IOException {
    int end = endOfSegment();
    int precision = in.oneByte();
    height = in.twoBytes();
    width = in.twoBytes();
    int count = in.oneByte();
    if (components != null || width == 0 || height == 0 || in.at + 3 * count != end) {
      throw new IOException("it is damaged: its frame makes no sense");
    }
    if (precision != 8) {
      throw new IOException("samples of " + precision + " bits are not supported; supported: 8");
    }
    if (count != 1 && count != 3 && count != 4) {
      throw new IOException(count + " components are not supported; supported: 1, 3, 4");
    }
    isProgressive = progressive;
    components = new Component[count];
    for (int i = 0; i < count; i++) {
      components[i] = new Component(in.oneByte(), in.oneByte(), in.oneByte());
    }
  }

  private void readScanHeader() throws IOException {
    int end = endOfSegment();
    int count = in.oneByte();
    if (components == null || count < 1 || count > MOST_IN_SCAN || in.at + 2 * count + 3 != end) {
      throw new IOException("it is damaged: its scan makes no sense");
    }
    scanned = new Component[count];
    for (int i = 0; i < count; i++) {
      Component component = unscanned(in.oneByte());
      int codes = in.oneByte();
      component.meanCode = codes >> 4;
      component.restCode = codes & 15;
      scanned[i] = component;
    }
    spectrum[0] = in.oneByte();
    spectrum[1] = in.oneByte();
    int bits = in.oneByte();
    spectrum[2] = bits >> 4;
    spectrum[3] = bits & 15;
    if (mostAcross > 0) {
      requireFewBlocks();
    }
  }

  /** The component of this name that is not in the scan yet. */
  private Component unscanned(int id) throws IOException {
    for (Component component : components) {
      if (component.id == id && !Arrays.asList(scanned).contains(component)) {
        return component;
      }
    }
    throw new IOException("it is damaged: a scan of a component that is not there");
  }

  private void readCodes() throws IOException {
    int end = endOfSegment();
    while (end - in.at > 16) {
      int index = in.oneByte();
      int[] counts = new int[17];
      int sum = 0;
      for (int i = 1; i < counts.length; i++) {
        counts[i] = in.oneByte();
        sum += counts[i];
      }
      if (sum > 256 || sum > end - in.at || (index & 0xEF) >= TABLES) {
        throw new IOException("it is damaged: a table of codes is wrong");
      }
      byte[] symbols = Arrays.copyOfRange(in.file, in.at, in.at + sum);
      in.at += sum;
      ((index & 0x10) == 0 ? means : rests)[index & 15] = new HuffmanTable(counts, symbols);
    }
    requireEnd(end);
  }

  private void readSteps() throws IOException {
    int end = endOfSegment();
    while (in.at < end) {
      int index = in.oneByte();
      boolean wide = index >> 4 != 0;
      if ((index & 15) >= TABLES || in.at + (wide ? 2 : 1) * Component.BLOCK > end) {
        throw new IOException("it is damaged: a table of steps is wrong");
      }
      short[] table = new short[Component.BLOCK];
      for (int k = 0; k < table.length; k++) {
        table[Scan.place(k)] = (short) (wide ? in.twoBytes() : in.oneByte());
      }
      steps[index & 15] = table;
    }
    requireEnd(end);
  }

  private void readRestartInterval() throws IOException {
    int end = endOfSegment();
    restartInterval = in.twoBytes();
    requireEnd(end);
  }

  private void requireEnd(int end) throws IOException {
    if (in.at != end) {
      throw new IOException("it is damaged: a segment has the wrong length");
    }
  }

  private void readJfif() throws IOException {
    int end = endOfSegment();
    jfif |= end - in.at >= 14 && startsWith("JFIF\0");
    if (startsWith("JFIF")) {
      requireLength(end, 7);
    }
    in.at = end;
  }

  private void readAdobe() throws IOException {
    int end = endOfSegment();
    if (startsWith("Adobe")) {
      requireLength(end, 7);
      adobe = end - in.at >= 12 ? in.file[in.at + 11] & 0xFF : adobe;
    }
    in.at = end;
  }

  private void requireLength(int end, int length) throws IOException {
    if (end - in.at < length) {
      throw new IOException("it is damaged: a segment is cut short");
    }
  }

  private boolean startsWith(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (in.at + i >= in.file.length || in.file[in.at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
