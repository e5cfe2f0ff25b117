namespace X64Emu.Devices;

/// <summary>Why a device asks the machine to stop.</summary>
public enum DeviceStopReason
{
    /// <summary>The guest wrote its exit value to the debug exit port.</summary>
    DebugExit,

    /// <summary>The guest pulled the reset line.</summary>
    Reset,
}

/// <summary>The machine as far as devices may steer it.</summary>
public interface IMachineControl
{
    /// <summary>Asks the machine to stop after the running instruction. The first request of a run counts.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="value">The guest's 32-bit exit value; 0 for a reset.</param>
    void RequestStop(DeviceStopReason reason, uint value);
}
