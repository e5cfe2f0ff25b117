using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Devices;

/// <summary>The processor's local APIC in xAPIC mode (Intel SDM Vol. 3A, chapter 11), for a machine with one processor.</summary>
/// <remarks>After reset LINT0 passes the 8259 pair's interrupts through (virtual wire mode), as firmware leaves it.</remarks>
public sealed class LocalApic : IMmioDevice, IInterruptController, IApicBus, ILocalApicRegisters, IInspectable
{
    /// <summary>Where the registers lie after reset.</summary>
    public const ulong DefaultBase = 0xfee0_0000;

    /// <summary>How much of the address space they take.</summary>
    public const ulong RangeBytes = 0x1000;

    internal const uint MaskBit = 1 << 16;

    private const uint Version = 0x0005_0014;
    private const uint SoftwareEnable = 1 << 8;
    private const uint LevelTriggerBit = 1 << 15;
    private const uint RemoteIrrBit = 1 << 14;
    private const ulong BaseEnable = 1 << 11;
    private const ulong BaseBootstrapProcessor = 1 << 8;
    private const ulong BaseAddressMask = 0x000f_ffff_ffff_f000;
    private const uint SendIllegalVector = 1 << 5;
    private const uint ReceivedIllegalVector = 1 << 6;
    private const uint IllegalRegisterAddress = 1 << 7;

    private readonly IInterruptLine interruptPin;
    private readonly IInterruptLine nonMaskablePin;
    private readonly IInterruptController external;
    private readonly LocalApicTimer timer;
    private readonly uint[] localVectors = new uint[(int)LocalVector.Count];
    private readonly bool[] pinLevels = new bool[2];
    private VectorSet requested;
    private VectorSet inService;
    private VectorSet levelTriggered;
    private byte identifier;
    private byte logicalDestination;
    private bool isClusterModel;
    private byte taskPriority;
    private uint spuriousVector;
    private uint commandLow;
    private byte commandDestination;
    private uint errorStatus;
    private uint errorsSinceWrite;
    private ulong baseRegister;

    /// <summary>An APIC after reset.</summary>
    /// <param name="clock">Virtual time for the timer.</param>
    /// <param name="interruptPin">The CPU's INTR pin.</param>
    /// <param name="nonMaskablePin">The CPU's NMI pin; each NMI is one pulse.</param>
    /// <param name="external">The 8259 pair behind LINT0. Its output drives <see cref="Lint0"/>.</param>
    public LocalApic(IVirtualClock clock, IInterruptLine interruptPin, IInterruptLine nonMaskablePin, IInterruptController external)
    {
        this.interruptPin = interruptPin;
        this.nonMaskablePin = nonMaskablePin;
        this.external = external;
        timer = new LocalApicTimer(clock, () => DeliverLocal(LocalVector.Timer));
        Lint0 = new CallbackLine(level => SetLocalPin(LocalVector.Lint0, level));
        Lint1 = new CallbackLine(level => SetLocalPin(LocalVector.Lint1, level));
        Reset();
    }

    /// <inheritdoc/>
    public event Action<byte>? EndOfInterrupt;

    /// <summary>Raised when the guest moved the registers or switched them on or off through IA32_APIC_BASE.</summary>
    public event Action? BaseChanged;

    private enum LocalVector { Timer, Thermal, Performance, Lint0, Lint1, Error, Count }

    /// <summary>The pin that the 8259 pair's output drives.</summary>
    public IInterruptLine Lint0 { get; }

    /// <summary>The pin for the board's NMI.</summary>
    public IInterruptLine Lint1 { get; }

    /// <summary>IA32_APIC_BASE (MSR 0x1b). Bits that mean nothing here, x2APIC mode among them, are dropped; the caller raises #GP for them.</summary>
    public ulong BaseRegister
    {
        get => baseRegister;
        set
        {
            ulong before = baseRegister;
            baseRegister = (value & (BaseAddressMask | BaseEnable)) | BaseBootstrapProcessor;
            if (before == baseRegister) return;
            if (!IsEnabled) ResetRegisters();
            BaseChanged?.Invoke();
            UpdateInterruptPin();
        }
    }

    /// <summary>False while IA32_APIC_BASE switches the APIC off: the registers are gone and the 8259 pair drives INTR itself.</summary>
    public bool IsEnabled => (baseRegister & BaseEnable) != 0;

    /// <summary>Where the registers lie now.</summary>
    public PhysicalAddress BaseAddress => new(baseRegister & BaseAddressMask);

    /// <summary>The task priority register; CR8 is its bits 7..4.</summary>
    public byte TaskPriority
    {
        get => taskPriority;
        set
        {
            taskPriority = value;
            UpdateInterruptPin();
        }
    }

    /// <summary>IA32_TSC_DEADLINE (MSR 0x6e0), in virtual nanoseconds since reset; 0 when disarmed.</summary>
    public ulong TscDeadline
    {
        get => timer.TscDeadline;
        set => timer.TscDeadline = value;
    }

    /// <summary>The vectors that wait to be taken (IRR), in ascending order.</summary>
    public IReadOnlyList<int> RequestedVectors => LocalApicInspection.Vectors(this, LocalApicInspection.FirstRequest);

    /// <summary>The vectors whose handlers run (ISR), in ascending order.</summary>
    public IReadOnlyList<int> InServiceVectors => LocalApicInspection.Vectors(this, LocalApicInspection.FirstInService);

    /// <summary>The vector that the processor would be given now; null when none outranks its priority.</summary>
    public int? NextVector => DispatchableVector is >= 0 and int vector ? vector : null;

    private bool IsSoftwareEnabled => (spuriousVector & SoftwareEnable) != 0;

    private int ProcessorPriority
    {
        get
        {
            int serviced = Math.Max(inService.Highest, 0);
            return (taskPriority & 0xf0) >= (serviced & 0xf0) ? taskPriority : serviced & 0xf0;
        }
    }

    /// <summary>The vector to interrupt with now, -1 when none outranks the processor's priority.</summary>
    private int DispatchableVector
    {
        get
        {
            int vector = requested.Highest;
            return IsEnabled && IsSoftwareEnabled && vector >= 0 && (vector & 0xf0) > (ProcessorPriority & 0xf0) ? vector : -1;
        }
    }

    private bool AcceptsExternal
    {
        get
        {
            if (!pinLevels[0]) return false;
            uint entry = localVectors[(int)LocalVector.Lint0];
            return !IsEnabled || ((entry & MaskBit) == 0 && DeliveryMode(entry) == ApicDeliveryMode.External);
        }
    }

    /// <summary>Back to the state after power-up.</summary>
    public void Reset()
    {
        baseRegister = DefaultBase | BaseEnable | BaseBootstrapProcessor;
        ResetRegisters();
        localVectors[(int)LocalVector.Lint0] = (uint)ApicDeliveryMode.External << 8;
        UpdateInterruptPin();
    }

    /// <inheritdoc/>
    public int AcknowledgeInterrupt()
    {
        int vector = DispatchableVector;
        if (vector >= 0)
        {
            requested.Set((byte)vector, false);
            inService.Set((byte)vector, true);
        }
        else if (AcceptsExternal)
        {
            vector = external.AcknowledgeInterrupt();
        }
        UpdateInterruptPin();
        return vector;
    }

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect() => LocalApicInspection.Rows(this);

    /// <inheritdoc/>
    public bool Deliver(in ApicMessage message)
    {
        if (!IsEnabled || !IsDestination(message.Destination, message.IsLogical)) return false;
        return Accept(message.DeliveryMode, message.Vector, message.IsLevelTriggered);
    }

    /// <inheritdoc/>
    public ulong Read(ulong offset, int sizeBytes)
    {
        if (!IsEnabled) return ulong.MaxValue;
        // Each register is the first four bytes of a 16-byte slot.
        int byteOffset = (int)(offset & 0xf);
        return byteOffset >= sizeof(uint) ? 0 : ReadRegister((int)(offset >> 4)) >> (8 * byteOffset);
    }

    /// <inheritdoc/>
    public void Write(ulong offset, int sizeBytes, ulong value)
    {
        if (IsEnabled && (offset & 0xf) == 0 && sizeBytes >= sizeof(uint)) WriteRegister((int)(offset >> 4), (uint)value);
    }

    private static ApicDeliveryMode DeliveryMode(uint register) => (ApicDeliveryMode)((register >> 8) & 7);

    private static int LocalVectorIndex(int register) => register - 0x32;

    private static uint WritableBits(LocalVector entry) => entry switch
    {
        LocalVector.Timer => 0x7_00ff,
        LocalVector.Lint0 or LocalVector.Lint1 => 0x1_a7ff,
        LocalVector.Error => 0x1_00ff,
        _ => 0x1_07ff,
    };

    /// <summary>The register of a 16-byte slot (offset / 16) without the error that reading a slot without one reports; null for those.</summary>
    internal uint? Peek(int register)
    {
        switch (register)
        {
            case 0x02: return (uint)identifier << 24;
            case 0x03: return Version;
            case 0x08: return taskPriority;
            case 0x09: return (uint)ProcessorPriority;
            case 0x0a: return (uint)ProcessorPriority;
            case 0x0d: return (uint)logicalDestination << 24;
            case 0x0e: return isClusterModel ? 0x0fff_ffffu : uint.MaxValue;
            case 0x0f: return spuriousVector;
            case >= 0x10 and <= 0x17: return inService.Register(register - 0x10);
            case >= 0x18 and <= 0x1f: return levelTriggered.Register(register - 0x18);
            case >= 0x20 and <= 0x27: return requested.Register(register - 0x20);
            case 0x28: return errorStatus;
            case 0x30: return commandLow;
            case 0x31: return (uint)commandDestination << 24;
            case >= 0x32 and <= 0x37: return localVectors[LocalVectorIndex(register)];
            case 0x38: return timer.InitialCount;
            case 0x39: return timer.CurrentCount;
            case 0x3e: return timer.DivideConfiguration;
            default: return null;
        }
    }

    private uint ReadRegister(int register)
    {
        if (Peek(register) is { } value) return value;
        ReportError(IllegalRegisterAddress);
        return 0;
    }

    private void WriteRegister(int register, uint value)
    {
        switch (register)
        {
            case 0x02: identifier = (byte)(value >> 24); break;
            case 0x08: TaskPriority = (byte)value; break;
            case 0x0b: EndInterrupt(); break;
            case 0x0d: logicalDestination = (byte)(value >> 24); break;
            case 0x0e: isClusterModel = value >> 28 == 0; break;
            case 0x0f: WriteSpuriousVector(value); break;
            case 0x28: errorStatus = errorsSinceWrite; errorsSinceWrite = 0; break;
            case 0x30: commandLow = value & 0x000c_cfff; SendCommand(); break;
            case 0x31: commandDestination = (byte)(value >> 24); break;
            case >= 0x32 and <= 0x37: WriteLocalVector((LocalVector)LocalVectorIndex(register), value); break;
            case 0x38: timer.InitialCount = value; break;
            case 0x3e: timer.DivideConfiguration = value; break;
            case 0x03 or 0x09 or 0x0a or (>= 0x10 and <= 0x27) or 0x39: break;
            default: ReportError(IllegalRegisterAddress); break;
        }
    }

    private void WriteSpuriousVector(uint value)
    {
        spuriousVector = value & 0x1ff;
        if (!IsSoftwareEnabled)
        {
            // Switching the APIC off by software sets every mask bit (SDM 11.4.7.2).
            for (int entry = 0; entry < localVectors.Length; entry++) localVectors[entry] |= MaskBit;
            timer.Configure(localVectors[(int)LocalVector.Timer]);
        }
        UpdateInterruptPin();
    }

    private void WriteLocalVector(LocalVector entry, uint value)
    {
        uint written = value & WritableBits(entry);
        if (!IsSoftwareEnabled) written |= MaskBit;
        localVectors[(int)entry] = written | (localVectors[(int)entry] & RemoteIrrBit);
        if (entry == LocalVector.Timer) timer.Configure(written);
        if (entry is LocalVector.Lint0 or LocalVector.Lint1) DeliverLocalLevel(entry);
        UpdateInterruptPin();
    }

    private void SendCommand()
    {
        byte vector = (byte)commandLow;
        ApicDeliveryMode mode = DeliveryMode(commandLow);
        if (mode is ApicDeliveryMode.Fixed or ApicDeliveryMode.LowestPriority && vector < 16)
        {
            ReportError(SendIllegalVector);
            return;
        }
        bool reachesItself = ((commandLow >> 18) & 3) switch
        {
            0 => IsDestination(commandDestination, (commandLow & (1 << 11)) != 0),
            1 or 2 => true,
            _ => false,
        };
        if (reachesItself) Accept(mode, vector, isLevelTriggered: false);
    }

    private bool IsDestination(byte destination, bool isLogical)
    {
        if (destination == 0xff) return true;
        if (!isLogical) return destination == identifier;
        if (!isClusterModel) return (destination & logicalDestination) != 0;
        return destination >> 4 == logicalDestination >> 4 && (destination & logicalDestination & 0xf) != 0;
    }

    private bool Accept(ApicDeliveryMode mode, byte vector, bool isLevelTriggered)
    {
        switch (mode)
        {
            case ApicDeliveryMode.Fixed or ApicDeliveryMode.LowestPriority:
                if (!IsSoftwareEnabled) return false;
                if (vector < 16)
                {
                    ReportError(ReceivedIllegalVector);
                    return false;
                }
                requested.Set(vector, true);
                levelTriggered.Set(vector, isLevelTriggered);
                UpdateInterruptPin();
                return true;
            case ApicDeliveryMode.NonMaskable:
                nonMaskablePin.SetLevel(true);
                nonMaskablePin.SetLevel(false);
                return true;
            default:
                return false;
        }
    }

    private void EndInterrupt()
    {
        int vector = inService.Highest;
        if (vector < 0) return;
        inService.Set((byte)vector, false);
        UpdateInterruptPin();
        if (!levelTriggered.Contains((byte)vector)) return;
        EndOfInterrupt?.Invoke((byte)vector);
        foreach (LocalVector pin in (ReadOnlySpan<LocalVector>)[LocalVector.Lint0, LocalVector.Lint1])
        {
            if ((byte)localVectors[(int)pin] != vector) continue;
            localVectors[(int)pin] &= ~RemoteIrrBit;
            DeliverLocalLevel(pin);
        }
    }

    private void SetLocalPin(LocalVector pin, bool level)
    {
        ref bool current = ref pinLevels[pin == LocalVector.Lint0 ? 0 : 1];
        bool rises = level && !current;
        current = level;
        uint entry = localVectors[(int)pin];
        if (DeliveryMode(entry) == ApicDeliveryMode.Fixed && (entry & LevelTriggerBit) != 0) DeliverLocalLevel(pin);
        else if (rises && DeliveryMode(entry) != ApicDeliveryMode.External) DeliverLocal(pin);
        UpdateInterruptPin();
    }

    private void DeliverLocal(LocalVector source)
    {
        uint entry = localVectors[(int)source];
        if (IsEnabled && (entry & MaskBit) == 0) Accept(DeliveryMode(entry), (byte)entry, isLevelTriggered: false);
    }

    /// <summary>A level-triggered fixed pin requests its vector again as long as it is high and the last request was ended.</summary>
    private void DeliverLocalLevel(LocalVector pin)
    {
        ref uint entry = ref localVectors[(int)pin];
        bool isFixedLevel = DeliveryMode(entry) == ApicDeliveryMode.Fixed && (entry & LevelTriggerBit) != 0;
        if (!isFixedLevel || !IsEnabled || (entry & (MaskBit | RemoteIrrBit)) != 0) return;
        if (pinLevels[pin == LocalVector.Lint0 ? 0 : 1] && Accept(ApicDeliveryMode.Fixed, (byte)entry, isLevelTriggered: true)) entry |= RemoteIrrBit;
    }

    private void ReportError(uint error)
    {
        bool isNew = (errorsSinceWrite & error) == 0;
        errorsSinceWrite |= error;
        // An illegal vector in the error entry itself must not report itself again.
        if (isNew && (byte)localVectors[(int)LocalVector.Error] >= 16) DeliverLocal(LocalVector.Error);
    }

    private void UpdateInterruptPin() => interruptPin.SetLevel(DispatchableVector >= 0 || AcceptsExternal);

    private void ResetRegisters()
    {
        requested = default;
        inService = default;
        levelTriggered = default;
        identifier = 0;
        logicalDestination = 0;
        isClusterModel = false;
        taskPriority = 0;
        spuriousVector = 0xff;
        commandLow = 0;
        commandDestination = 0;
        errorStatus = 0;
        errorsSinceWrite = 0;
        Array.Fill(localVectors, MaskBit);
        timer.Reset();
    }
}
