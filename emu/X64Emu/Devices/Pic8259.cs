using System.Numerics;
using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>The PC's two cascaded Intel 8259A interrupt controllers: ISA interrupts 0 to 15, and ports 0x20, 0xa0 and 0x4d0.</summary>
public sealed class Pic8259 : IPortDevice, IInterruptController, IInspectable
{
    /// <summary>The first chip's two ports.</summary>
    public const ushort MasterPort = 0x20;

    /// <summary>The second chip's two ports.</summary>
    public const ushort SlavePort = 0xa0;

    /// <summary>The two edge/level control registers.</summary>
    public const ushort EdgeLevelPort = 0x4d0;

    /// <summary>How many interrupt lines the pair has.</summary>
    public const int LineCount = 16;

    private const int CascadeLine = 2;

    private readonly IInterruptLine output;
    private readonly Pic8259Chip master = new(levelTriggerable: 0xf8);
    private readonly Pic8259Chip slave = new(levelTriggerable: 0xde);
    private readonly IInterruptLine[] lines = new IInterruptLine[LineCount];

    /// <summary>A pair after reset; <paramref name="output"/> is what the master's INT pin drives (LINT0).</summary>
    public Pic8259(IInterruptLine output)
    {
        this.output = output;
        for (int line = 0; line < LineCount; line++)
        {
            int number = line;
            lines[line] = new CallbackLine(level => SetLine(number, level));
        }
    }

    /// <summary>The ISA interrupt lines. Line 2 is the cascade and goes nowhere.</summary>
    public IReadOnlyList<IInterruptLine> Lines => lines;

    /// <summary>Lets the pair answer at its ports.</summary>
    public void MapTo(PortBus ports)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ports.Map(MasterPort, 2, this);
        ports.Map(SlavePort, 2, this);
        ports.Map(EdgeLevelPort, 2, this);
    }

    /// <summary>The vector of the interrupt that ranks highest; with none left it is the spurious vector of IRQ 7 or 15.</summary>
    public int AcknowledgeInterrupt()
    {
        int line = master.Acknowledge();
        int vector = master.VectorBase + line;
        // A master that answers with its spurious line 7 does not ask the slave.
        if (line == CascadeLine) vector = slave.VectorBase + slave.Acknowledge();
        Update();
        return vector;
    }

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes)
    {
        if (port is EdgeLevelPort or EdgeLevelPort + 1) return (port == EdgeLevelPort ? master : slave).LevelTriggered;
        byte value = ChipAt(port).Read(isDataPort: (port & 1) != 0);
        // A poll command acknowledges on reading.
        Update();
        return value;
    }

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        if (port is EdgeLevelPort or EdgeLevelPort + 1) (port == EdgeLevelPort ? master : slave).LevelTriggered = (byte)value;
        else ChipAt(port).Write(isDataPort: (port & 1) != 0, (byte)value);
        Update();
    }

    /// <summary>A line as it stands.</summary>
    /// <param name="line">0..15.</param>
    public PicLine GetLine(int line) => (line < 8 ? master : slave).GetLine(line & 7);

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect() => [.. master.Inspect("master"), .. slave.Inspect("slave")];

    private Pic8259Chip ChipAt(ushort port) => (port & 0xfffe) == SlavePort ? slave : master;

    private void SetLine(int line, bool level)
    {
        if (line == CascadeLine) return;
        (line < 8 ? master : slave).SetLine(line & 7, level);
        Update();
    }

    private void Update()
    {
        master.SetLine(CascadeLine, slave.HasRequest);
        output.SetLevel(master.HasRequest);
    }
}

/// <summary>An input line of the 8259 pair.</summary>
/// <param name="IsAsserted">The level of its wire.</param>
/// <param name="IsRequested">IRR: it waits to be acknowledged.</param>
/// <param name="IsInService">ISR: its handler has not ended it yet.</param>
/// <param name="IsMasked">IMR.</param>
/// <param name="Vector">The vector it interrupts with.</param>
public readonly record struct PicLine(bool IsAsserted, bool IsRequested, bool IsInService, bool IsMasked, int Vector);

/// <summary>One Intel 8259A (data sheet 231468): eight lines, priority resolver, initialization and operation command words.</summary>
/// <param name="levelTriggerable">The lines that the edge/level register may make level-triggered on a PC.</param>
internal sealed class Pic8259Chip(byte levelTriggerable)
{
    private const int SpuriousLine = 7;

    private readonly byte levelTriggerable = levelTriggerable;
    private byte inputs;
    private byte requested;
    private byte inService;

    // Undefined until initialization; all masked is the quiet choice.
    private byte masked = 0xff;
    private byte levelTriggered;
    private byte vectorBase;
    private int lowestPriority = 7;
    private InitializationStep step;
    private bool expectsWord4;
    private bool isSingle;
    private bool isAutomaticEnd;
    private bool rotatesOnAutomaticEnd;
    private bool isSpecialMask;
    private bool isSpecialFullyNested;
    private bool readsInService;
    private bool isPolled;

    private enum InitializationStep { Done, Word2, Word3, Word4 }

    /// <summary>The vector of line 0, a multiple of 8.</summary>
    internal int VectorBase => vectorBase;

    /// <summary>The edge/level control register.</summary>
    internal byte LevelTriggered
    {
        get => levelTriggered;
        set
        {
            levelTriggered = (byte)(value & levelTriggerable);
            requested |= (byte)(inputs & levelTriggered);
        }
    }

    /// <summary>The INT pin.</summary>
    internal bool HasRequest => step == InitializationStep.Done && PendingLine() >= 0;

    internal PicLine GetLine(int line)
    {
        return new(Has(inputs), Has(requested), Has(inService), Has(masked), VectorBase + line);

        bool Has(byte set) => (set >> line & 1) != 0;
    }

    internal IReadOnlyList<InspectedValue> Inspect(string name)
    {
        return
        [
            new($"{name} IRR", Bits(requested)),
            new($"{name} ISR", Bits(inService)),
            new($"{name} IMR", Bits(masked)),
            new($"{name} inputs", Bits(inputs)),
            new($"{name} ELCR", Bits(levelTriggered)),
            new($"{name} state", step == InitializationStep.Done ? $"vectors from 0x{vectorBase:x2} on{Modes()}" : $"waits for initialization {step}"),
        ];

        static string Bits(byte set) => $"0x{set:x2}  {set:b8}";

        string Modes() =>
            (isAutomaticEnd ? ", automatic EOI" : "") + (isSpecialMask ? ", special mask" : "") + (isSpecialFullyNested ? ", special fully nested" : "");
    }

    internal void SetLine(int line, bool level)
    {
        byte bit = (byte)(1 << line);
        bool rises = level && (inputs & bit) == 0;
        if (level) inputs |= bit;
        else inputs &= (byte)~bit;
        // A request whose line falls before it is acknowledged is lost, in either mode; the processor then gets the spurious line.
        if (!level) requested &= (byte)~bit;
        else if (rises || (levelTriggered & bit) != 0) requested |= bit;
    }

    /// <summary>The interrupt acknowledge cycle: the line that is now in service, or 7 when no request is left.</summary>
    internal int Acknowledge()
    {
        int line = PendingLine();
        if (line < 0) return SpuriousLine;
        byte bit = (byte)(1 << line);
        if ((levelTriggered & bit) == 0) requested &= (byte)~bit;
        if (!isAutomaticEnd) inService |= bit;
        else if (rotatesOnAutomaticEnd) lowestPriority = line;
        return line;
    }

    internal byte Read(bool isDataPort)
    {
        if (isPolled)
        {
            isPolled = false;
            return (byte)(PendingLine() < 0 ? 0 : 0x80 | Acknowledge());
        }
        return isDataPort ? masked : readsInService ? inService : requested;
    }

    internal void Write(bool isDataPort, byte value)
    {
        if (isDataPort) WriteData(value);
        else if ((value & 0x10) != 0) BeginInitialization(value);
        else if ((value & 0x08) != 0) WriteOperationWord3(value);
        else WriteOperationWord2(value);
    }

    private void BeginInitialization(byte word1)
    {
        step = InitializationStep.Word2;
        expectsWord4 = (word1 & 1) != 0;
        isSingle = (word1 & 2) != 0;
        requested = (byte)(inputs & levelTriggered);
        inService = 0;
        masked = 0;
        lowestPriority = 7;
        isAutomaticEnd = false;
        rotatesOnAutomaticEnd = false;
        isSpecialMask = false;
        isSpecialFullyNested = false;
        readsInService = false;
        isPolled = false;
    }

    private void WriteData(byte value)
    {
        switch (step)
        {
            case InitializationStep.Word2:
                vectorBase = (byte)(value & 0xf8);
                step = !isSingle ? InitializationStep.Word3 : expectsWord4 ? InitializationStep.Word4 : InitializationStep.Done;
                break;
            case InitializationStep.Word3:
                step = expectsWord4 ? InitializationStep.Word4 : InitializationStep.Done;
                break;
            case InitializationStep.Word4:
                isSpecialFullyNested = (value & 0x10) != 0;
                isAutomaticEnd = (value & 2) != 0;
                step = InitializationStep.Done;
                break;
            default:
                masked = value;
                break;
        }
    }

    private void WriteOperationWord2(byte value)
    {
        int line = value & 7;
        switch (value >> 5)
        {
            case 0: rotatesOnAutomaticEnd = false; break;
            case 1: EndHighest(); break;
            case 3: inService &= (byte)~(1 << line); break;
            case 4: rotatesOnAutomaticEnd = true; break;
            case 5: lowestPriority = EndHighest() is >= 0 and int ended ? ended : lowestPriority; break;
            case 6: lowestPriority = line; break;
            case 7: inService &= (byte)~(1 << line); lowestPriority = line; break;
            default: break;
        }
    }

    private void WriteOperationWord3(byte value)
    {
        if ((value & 0x04) != 0) isPolled = true;
        if ((value & 0x02) != 0) readsInService = (value & 1) != 0;
        if ((value & 0x40) != 0) isSpecialMask = (value & 0x20) != 0;
    }

    private int EndHighest()
    {
        int line = Highest(isSpecialMask ? (byte)(inService & ~masked) : inService);
        if (line >= 0) inService &= (byte)~(1 << line);
        return line;
    }

    /// <summary>The request that may interrupt now: unmasked, and above everything in service.</summary>
    private int PendingLine()
    {
        int line = Highest((byte)(requested & ~masked));
        if (line < 0) return -1;
        int serviced = Highest(isSpecialMask ? (byte)(inService & ~masked) : inService);
        if (serviced < 0) return line;
        // In special fully nested mode a line interrupts itself, so that a slave's higher lines come through.
        return Rank(line) < Rank(serviced) || (isSpecialFullyNested && line == serviced) ? line : -1;
    }

    private int Rank(int line) => (line - lowestPriority - 1) & 7;

    private int Highest(byte set)
    {
        if (set == 0) return -1;
        int first = (lowestPriority + 1) & 7;
        int rotated = ((set >> first) | (set << (8 - first))) & 0xff;
        return (BitOperations.TrailingZeroCount(rotated) + first) & 7;
    }
}
