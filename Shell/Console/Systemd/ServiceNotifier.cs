using System;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Fairlead.Console.Systemd;

/// <summary>
/// Tells the service manager how the process is (sd_notify(3)): one datagram a message to <c>$NOTIFY_SOCKET</c>; to nobody when that is not set. A manager that is not there is no
/// reason to stop serving.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly Socket? _socket;
    private readonly TimeSpan _watchdogInterval;
    private Timer? _watchdog;

    private ServiceNotifier(string? path, string? watchdogMicroseconds)
    {
        if (string.IsNullOrEmpty(path) || path[0] is not ('/' or '@'))
            return;
        _manager = new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path);   // abstract
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        if (long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
            _watchdogInterval = TimeSpan.FromMicroseconds(microseconds / 2);   // as sd_watchdog_enabled(3) advises
    }

    /// <summary>The manager that the environment names.</summary>
    public static ServiceNotifier OfEnvironment()
    {
        var process = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        var isForUs = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new ServiceNotifier(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), isForUs ? Environment.GetEnvironmentVariable("WATCHDOG_USEC") : null);
    }

    /// <summary>Connections are accepted; also after a reload.</summary>
    public void Ready(string status)
    {
        Send("READY=1\nSTATUS=" + status);
        if (_watchdogInterval > TimeSpan.Zero)
            _watchdog ??= new Timer(_ => Send("WATCHDOG=1"), null, _watchdogInterval, _watchdogInterval);
    }

    /// <summary>The configuration is read again; ends with <see cref="Ready"/>.</summary>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds}"));

    /// <summary>A graceful stop began.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=stopping: requests under way end");

    /// <summary>Another process is the service from now on; it speaks for it.</summary>
    public void HandOver(int process)
    {
        _watchdog?.Dispose();
        Send(string.Create(CultureInfo.InvariantCulture, $"MAINPID={process}\nSTATUS=upgraded; process {process} serves"));
    }

    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    // CLOCK_MONOTONIC, which is what the runtime counts by on Linux.
    private static long MonotonicMicroseconds => (long)(Stopwatch.GetTimestamp() * (1_000_000.0 / Stopwatch.Frequency));

    private void Send(string message)
    {
        if (_socket is null)
            return;
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens.
        }
    }
}
