using X64Emu.Gdb.Registers;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Tests.Gdb;

/// <summary>A target of two processes that records what is asked of it and stops as it was told.</summary>
internal sealed class FakeTarget : IDebugTarget, ITargetMemory, ITargetPrograms
{
    public const ulong MemoryStart = 0x1000;
    private readonly object interruption = new();
    private readonly Dictionary<GuestThreadId, RegisterValues> registers = [];
    private bool isInterrupted;

    public FakeTarget()
    {
        foreach (TargetThread thread in Threads) registers[thread.Id] = new RegisterValues { Rip = new VirtualAddress(0x401000) };
        for (int i = 0; i < Bytes.Length; i++) Bytes[i] = (byte)i;
    }

    public static GuestThreadId First { get; } = new(1, 1);

    public static GuestThreadId Second { get; } = new(7, 8);

    public byte[] Bytes { get; } = new byte[0x2000];

    public Queue<TargetStop> Stops { get; } = [];

    public List<ResumeRequest> Requests { get; } = [];

    public List<TargetPoint> Points { get; } = [];

    public List<string> Started { get; } = [];

    public TargetStop LastStop { get; private set; } = new(TargetStopKind.Step, First);

    public bool IsAlive { get; private set; } = true;

    public IReadOnlyList<TargetThread> Threads { get; } = [new(First, "first", "runs"), new(Second, "a<b", "sleeps")];

    public EventSelection Events { get; } = new();

    public ITargetMemory Memory => this;

    public ITargetPrograms Programs => this;

    public RegisterValues? ReadRegisters(GuestThreadId thread) => registers.GetValueOrDefault(thread);

    public bool WriteRegisters(GuestThreadId thread, RegisterValues values) => registers.ContainsKey(thread);

    public bool Insert(TargetPoint point)
    {
        Points.Add(point);
        return true;
    }

    public void Remove(TargetPoint point) => Points.Remove(point);

    public void RemoveAll(int? pid) => Points.RemoveAll(point => pid is null || point.Pid == pid);

    /// <summary>Stops as told; when nothing was told, runs until it is interrupted.</summary>
    public TargetStop Proceed(ResumeRequest request)
    {
        Requests.Add(request);
        if (Stops.TryDequeue(out TargetStop? stop))
        {
            LastStop = stop;
            IsAlive = stop.Kind is not (TargetStopKind.Exited or TargetStopKind.Terminated);
            return stop;
        }
        lock (interruption)
        {
            while (!isInterrupted) System.Threading.Monitor.Wait(interruption);
            isInterrupted = false;
        }
        return LastStop = new TargetStop(TargetStopKind.Paused, First);
    }

    public void Interrupt()
    {
        lock (interruption)
        {
            isInterrupted = true;
            System.Threading.Monitor.PulseAll(interruption);
        }
    }

    public IReadOnlyList<string> Monitor(int pid, string command) => [$"you said {command}", "#$}*"];

    public int Read(int pid, VirtualAddress address, Span<byte> destination) => Copy(address.Value - MemoryStart, destination);

    public bool Write(int pid, VirtualAddress address, ReadOnlySpan<byte> source) => Store(address.Value - MemoryStart, source);

    public int ReadPhysical(PhysicalAddress address, Span<byte> destination) => Copy(address.Value, destination);

    public bool WritePhysical(PhysicalAddress address, ReadOnlySpan<byte> source) => Store(address.Value, source);

    public string? ExecutablePath(int pid) => $"/bin/program{pid}";

    public byte[]? AuxiliaryVector(int pid) => [1, 2, 3];

    public int OpenFile(string guestPath, out Stream? file)
    {
        file = guestPath == "/file" ? new MemoryStream("content"u8.ToArray()) : null;
        return file is null ? 2 : 0;
    }

    public int ReadLink(string guestPath, out string text)
    {
        text = "elsewhere";
        return 0;
    }

    public bool TryStart(IReadOnlyList<string> words, out string problem)
    {
        Started.AddRange(words);
        problem = words.Contains("bad") ? "bad: no such file" : "";
        if (problem.Length > 0) return false;
        IsAlive = true;
        LastStop = new TargetStop(TargetStopKind.Step, First);
        return true;
    }

    public void Kill()
    {
        IsAlive = false;
        LastStop = new TargetStop(TargetStopKind.Terminated, First) { Number = 9 };
    }

    private int Copy(ulong offset, Span<byte> destination)
    {
        if (offset >= (ulong)Bytes.Length) return 0;
        int count = Math.Min(destination.Length, Bytes.Length - (int)offset);
        Bytes.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    private bool Store(ulong offset, ReadOnlySpan<byte> source)
    {
        if (offset > (ulong)Bytes.Length || source.Length > Bytes.Length - (int)offset) return false;
        source.CopyTo(Bytes.AsSpan((int)offset));
        return true;
    }
}
