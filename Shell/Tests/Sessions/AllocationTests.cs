using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>Tests that read process-wide counters run while nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>
/// The request path allocates nothing once it is warm. Client and origin here are blocking sockets on threads of their own, which do not allocate either, so that the whole
/// process's counter can be read.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Warm = 40_000;
    private const int Measured = 5_000;

    /// <summary>What else happens in the process only ever adds, so the least of several batches is the requests' own; none is left to measure once one was within the bound.</summary>
    private const int Batches = 8;

    /// <summary>What timers, tiered compilation and the runtime may allocate beside the requests, spread over them. One object a request would be more.</summary>
    private const double BytesPerRequestMax = 12;

    private static ReadOnlySpan<byte> Request => "GET /a?b=c HTTP/1.1\r\nHost: a.test\r\nUser-Agent: test\r\nAccept: */*\r\nCookie: a=b\r\n\r\n"u8;

    private static readonly byte[] Response = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nServer: test\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Length: 5\r\n\r\nhello");

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public async Task A_proxied_keep_alive_request_allocates_nothing(int connections)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        for (var i = 0; i < connections; i++)
            new Thread(() => Serve(listener)) { IsBackground = true }.Start();

        var settings = TestProxy.Settings([((IPEndPoint)listener.LocalEndPoint!).Port]) with { AccessLog = AccessLogFormat.Off };
        var server = new ConfiguredServer(settings, new ConfiguredServerOptions());
        server.Server.HandlesSignals = false;
        var running = server.RunAsync();
        await server.Started.Within(what: "the proxy to start");

        var bytesPerRequest = await Task.Factory.StartNew(() => Measure(((IPEndPoint)server.BoundTo[0]).Port, connections), TaskCreationOptions.LongRunning).Within(TimeSpan.FromSeconds(60), "the requests to be served");

        server.Server.Stop();
        await running.Within(what: "the proxy to stop");
        Assert.InRange(bytesPerRequest, 0, BytesPerRequestMax);
    }

    private static double Measure(int port, int connections)
    {
        var clients = new Socket[connections];
        foreach (ref var client in clients.AsSpan())
        {
            client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.Connect(IPAddress.Loopback, port);
        }

        var buffer = new byte[4096];
        for (var i = 0; i < Warm / connections; i++)
            AskAll(clients, buffer);
        var least = long.MaxValue;
        for (var batch = 0; batch < Batches && least > BytesPerRequestMax * Measured; batch++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Measured / connections; i++)
                AskAll(clients, buffer);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        foreach (var client in clients)
            client.Dispose();
        return least / (double)Measured;
    }

    /// <summary>A request on each connection, all under way at once.</summary>
    private static void AskAll(Socket[] clients, byte[] buffer)
    {
        foreach (var client in clients)
            client.Send(Request);
        foreach (var client in clients)
            ReceiveResponse(client, buffer);
    }

    private static void ReceiveResponse(Socket client, byte[] buffer)
    {
        var received = 0;
        while (!buffer.AsSpan(0, received).EndsWith("\r\n\r\nhello"u8))
        {
            var count = client.Receive(buffer, received, buffer.Length - received, SocketFlags.None);
            if (count == 0)
                throw new InvalidOperationException("the proxy closed the connection");
            received += count;
        }
    }

    private static void Serve(Socket listener)
    {
        using var socket = listener.Accept();
        var buffer = new byte[4096];
        var received = 0;
        while (true)
        {
            var count = socket.Receive(buffer, received, buffer.Length - received, SocketFlags.None, out var error);
            if (count == 0 || error != SocketError.Success)
                return;
            received += count;
            if (!buffer.AsSpan(0, received).EndsWith("\r\n\r\n"u8))
                continue;
            received = 0;
            socket.Send(Response);
        }
    }
}
