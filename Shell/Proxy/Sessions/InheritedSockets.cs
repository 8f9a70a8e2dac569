using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Configuration;
using Fairlead.Proxy.Transports.Linux;

namespace Fairlead.Proxy.Sessions;

/// <summary>A listening socket somebody opened before us. <paramref name="OwnsFile"/>: the file of a Unix-domain socket is ours to delete; systemd's is not.</summary>
internal sealed record InheritedSocket(Socket Socket, string Name, bool OwnsFile);

/// <summary>
/// The listening sockets a process was started with: those of the process it takes over from (<see cref="Variable"/>, each with the address it was configured as), and those of systemd
/// (sd_listen_fds(3)). Whoever binds takes from here first.
/// </summary>
internal sealed class InheritedSockets : IDisposable
{
    /// <summary>One socket a line: descriptor, <c>own</c> or <c>lent</c>, address as configured.</summary>
    public const string Variable = "FAIRLEAD_LISTENERS";

    /// <summary>SD_LISTEN_FDS_START.</summary>
    private const int FirstOfSystemd = 3;

    private readonly List<InheritedSocket> _left = [];

    /// <summary>How many nobody has taken.</summary>
    public int Count => _left.Count;

    /// <summary>The sockets that the environment names; it names none afterwards, so that programs started from here do not take theirs for them.</summary>
    public static InheritedSockets OfEnvironment()
    {
        var sockets = new InheritedSockets();
        foreach (var line in (Taken(Variable) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', 3) is [var number, var owner, var address] && TryOpen(number) is { } socket)
                sockets._left.Add(new InheritedSocket(socket, address, owner == "own"));
        }

        sockets.TakeSystemds();
        return sockets;
    }

    /// <summary>What <see cref="Variable"/> says of these listeners.</summary>
    public static string Text(IEnumerable<(int Descriptor, bool OwnsFile, ListenerAddress Address)> listeners)
    {
        var text = new StringBuilder();
        foreach (var (descriptor, ownsFile, address) in listeners)
            text.Append(CultureInfo.InvariantCulture, $"{descriptor} {(ownsFile ? "own" : "lent")} {address}\n");
        return text.ToString();
    }

    /// <summary>The socket for <paramref name="address"/>, or null: the one configured as that, else the one bound there.</summary>
    public InheritedSocket? Take(ListenerAddress address)
    {
        var text = address.ToString()!;
        var place = _left.FindIndex(socket => socket.Name == text);
        if (place < 0)
            place = _left.FindIndex(socket => IsBoundTo(socket.Socket.LocalEndPoint, address));
        if (place < 0)
            return null;
        var found = _left[place];
        _left.RemoveAt(place);
        return found;
    }

    /// <summary>Closes what nobody took, and says what that was.</summary>
    public IReadOnlyList<string> CloseRest()
    {
        var closed = new List<string>();
        foreach (var socket in _left)
        {
            closed.Add(socket.Name);
            var file = socket.OwnsFile && socket.Socket.LocalEndPoint is UnixDomainSocketEndPoint unix ? unix.ToString() : null;
            socket.Socket.Dispose();
            if (file is not null)
                File.Delete(file);
        }

        _left.Clear();
        return closed;
    }

    public void Dispose()
    {
        foreach (var socket in _left)
            socket.Socket.Dispose();
        _left.Clear();
    }

    private void TakeSystemds()
    {
        var (process, count, names) = (Taken("LISTEN_PID"), Taken("LISTEN_FDS"), (Taken("LISTEN_FDNAMES") ?? "").Split(':'));
        if (process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var sockets))
            return;
        for (var i = 0; i < sockets; i++)
        {
            if (TryOpen((FirstOfSystemd + i).ToString(CultureInfo.InvariantCulture)) is { } socket)
                _left.Add(new InheritedSocket(socket, i < names.Length && names[i].Length > 0 ? names[i] : $"descriptor {FirstOfSystemd + i}", OwnsFile: false));
        }
    }

    private static bool IsBoundTo(EndPoint? bound, ListenerAddress address) => (bound, address) switch
    {
        // A socket for every IPv6 address takes IPv4 too, unless it was told not to: systemd's usual one (ListenStream=80).
        (IPEndPoint ip, ListenerAddress.Tcp tcp) => ip.Port == tcp.Port && (ip.Address.Equals(tcp.Address) || (ip.Address.Equals(IPAddress.IPv6Any) && tcp.Address.Equals(IPAddress.Any))),
        (UnixDomainSocketEndPoint unix, ListenerAddress.Unix path) => unix.ToString() == path.Path,
        _ => false,
    };

    private static Socket? TryOpen(string number)
    {
        if (!OperatingSystem.IsLinux() || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) || !Syscalls.TryCloseOnExec(descriptor))
            return null;
        try
        {
            return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        }
        catch (SocketException)
        {
            return null;                                             // something else
        }
    }

    private static string? Taken(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }
}
