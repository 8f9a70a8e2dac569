namespace Fairlead.Console;

/// <summary>What the process tells its caller. 4 (a forced stop) comes from the server itself.</summary>
internal static class ExitCode
{
    /// <summary>Done; also a graceful stop.</summary>
    public const int Ok = 0;

    /// <summary>The thing asked about is false: the configuration is not valid, a key has no backend.</summary>
    public const int False = 1;

    /// <summary>Called wrongly, or a file is not there.</summary>
    public const int Usage = 2;

    /// <summary>Could not start, and would not next time either: <c>RestartPreventExitStatus=3</c>.</summary>
    public const int CannotStart = 3;
}
