using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Console.Demo;

namespace Fairlead.Shell.Tests.Console;

public class TinyOriginTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Requests_on_one_connection_are_answered_in_turn_with_the_name()
    {
        await using var origin = TinyOrigin.Start("bowline");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 19\r\nServer: bowline\r\n\r\nHello from bowline\n"
            + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 19\r\nServer: bowline\r\n\r\n"
            + "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            await TalkAsync(origin, "GET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /x HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"));
    }

    [Fact]
    public async Task A_request_with_a_body_is_refused_because_it_would_not_be_read()
    {
        await using var origin = TinyOrigin.Start("bowline");
        Assert.StartsWith("HTTP/1.1 413 ", await TalkAsync(origin, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listens_where_nobody_should()
    {
        await using var origins = DemoOrigins.Start();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var refused = await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(IPEndPoint.Parse(origins.Nobody)));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    /// <summary>Sends everything and reads until the origin closes.</summary>
    private static async Task<string> TalkAsync(TinyOrigin origin, string requests)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(origin.Address), patience.Token);
        await client.Client.SendAsync(Encoding.ASCII.GetBytes(requests), patience.Token);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await client.Client.ReceiveAsync(buffer, patience.Token)) > 0;)
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The origin closed while bytes of ours were unread; what it said before is what counts.
        }

        return answer.ToString();
    }
}
