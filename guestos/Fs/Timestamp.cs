using GuestOs.Arch;

namespace GuestOs.Fs;

/// <summary>A point in time since 1970.</summary>
internal struct Timestamp
{
    public ulong Seconds;
    public uint Nanoseconds;

    public readonly bool Equals(in Timestamp other) => Seconds == other.Seconds && Nanoseconds == other.Nanoseconds;

    public static Timestamp Now
    {
        get
        {
            ulong sinceBoot = Clock.Now;
            return new Timestamp
            {
                Seconds = Clock.BootSeconds + sinceBoot / Clock.NanosecondsPerSecond,
                Nanoseconds = (uint)(sinceBoot % Clock.NanosecondsPerSecond),
            };
        }
    }
}
