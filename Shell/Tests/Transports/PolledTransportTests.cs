using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;
using Fairlead.Proxy.Transports.Linux;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Transports;

/// <summary>Connections that our own pollers watch, against sockets of the runtime's.</summary>
public sealed class PolledTransportTests
{
    [Fact]
    public async Task What_comes_after_urgent_data_is_received_without_waiting_for_more()
    {
        var (transport, peer) = await PairAsync();
        using var ours = transport;
        using var theirs = peer;
        theirs.Send("before"u8);
        theirs.Send("!"u8, SocketFlags.OutOfBand);
        theirs.Send("after"u8);

        var received = new StringBuilder();
        var buffer = new byte[64];
        while (received.Length < "beforeafter".Length)
            received.Append(Encoding.ASCII.GetString(buffer, 0, await transport.ReceiveAsync(buffer).AsTask().Within(what: "what was sent")));

        Assert.Equal("beforeafter", received.ToString());
    }

    [Fact]
    public async Task A_send_that_waits_when_the_connection_is_closed_sends_nothing_more()
    {
        var (transport, peer) = await PairAsync();
        using var theirs = peer;
        var sending = transport.SendAsync(new byte[64 * 1024 * 1024]).AsTask();
        Assert.False(sending.IsCompleted);

        transport.Dispose();

        Assert.False(await sending.Within(what: "the send to end"));
        Assert.False(await transport.SendAsync("x"u8.ToArray()));
        Assert.Equal(Transport.Broken, await transport.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task That_a_peer_ended_its_side_is_told_once_and_not_when_it_was_us()
    {
        var (transport, peer) = await PairAsync();
        var (cut, other) = await PairAsync();
        using var ours = transport;
        using var theirs = peer;
        using var oursCut = cut;
        using var theirsOther = other;
        var told = 0;
        transport.HungUp = () => Interlocked.Increment(ref told);

        peer.Shutdown(SocketShutdown.Send);
        cut.AbortReceive();

        await Eventually.True(() => Volatile.Read(ref told) == 1, "the end to be told");
        Assert.Equal((true, false), (transport.HasEndedSending, transport.HasHungUp));
        Assert.Equal(0, await cut.ReceiveAsync(new byte[1]).AsTask().Within(what: "our own end"));
        other.LingerState = new LingerOption(enable: true, seconds: 0);
        other.Close();
        await Eventually.True(() => cut.HasHungUp, "the reset, which comes after our own end");
        Assert.False(cut.HasEndedSending);
    }

    private static async Task<(PolledTransport Transport, Socket Peer)> PairAsync()
    {
        using var listener = Ports.Bind();
        listener.Listen();
        var accepting = listener.AcceptAsync();
        var (transport, error) = await PolledTransport.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, isProbe: false, default);
        Assert.Equal(0, error);
        return (transport!, await accepting.Within(what: "the connection"));
    }
}
