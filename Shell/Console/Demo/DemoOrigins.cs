using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Fairlead.Console.Demo;

/// <summary>Three origins, and an address where nobody listens: held by a socket that is bound but does not listen, so that no other program can take it.</summary>
internal sealed class DemoOrigins : IAsyncDisposable
{
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private DemoOrigins()
    {
        _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Origins = [TinyOrigin.Start("bowline"), TinyOrigin.Start("sheepshank"), TinyOrigin.Start("clove-hitch")];
        Nobody = _nobody.LocalEndPoint!.ToString()!;
    }

    public IReadOnlyList<TinyOrigin> Origins { get; }

    /// <summary>Connections to it are refused.</summary>
    public string Nobody { get; }

    public static DemoOrigins Start() => new();

    public async ValueTask DisposeAsync()
    {
        foreach (var origin in Origins)
            await origin.DisposeAsync().ConfigureAwait(false);
        _nobody.Dispose();
    }
}
